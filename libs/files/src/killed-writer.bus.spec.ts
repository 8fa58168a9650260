import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { eventually, type OtherProcess, startOtherProcess } from '@countersign/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { writePrivateFile } from './private-file.js';

jest.setTimeout(60_000);

const built = new URL('../dist/index.js', import.meta.url).href;

describe('a private file that several processes change', () => {
  it('loses no change that was acknowledged, and is whole, however they race and are killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    const file = join(folder, 'ring.json');
    writePrivateFile(file, '[]');
    const source = `
      import { changePrivateFile, LockedByProcess } from ${JSON.stringify(built)};
      for (let change = 0; ; ) {
        const id = process.pid + '.' + change;
        try {
          changePrivateFile(${JSON.stringify(file)}, (text) => JSON.stringify([...JSON.parse(text), id]));
          console.log(JSON.stringify(id));
          change += 1;
        } catch (error) {
          if (!(error instanceof LockedByProcess)) throw error;
        }
      }`;
    const acknowledged: string[] = [];
    const follow = async (writer: OtherProcess) => {
      for (;;) acknowledged.push(await writer.next<string>());
    };
    const ends: Promise<unknown>[] = [];
    const start = () => {
      const writer = startOtherProcess(source);
      ends.push(follow(writer).catch((error: unknown) => error));
      return writer;
    };
    const writers = [start(), start(), start()];
    for (let kills = 0; kills < 6; kills += 1) {
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before, { deadlineMs: 30_000 });
      await writers.shift()?.kill('SIGKILL');
      writers.push(start());
    }
    await Promise.all(writers.map((writer) => writer.kill('SIGKILL')));
    expect((await Promise.all(ends)).map(String).filter((end) => end !== 'Error: process ended: ')).toEqual([]);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as string[];
    expect(acknowledged.filter((id) => !kept.includes(id))).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
    expect(readdirSync(folder)).toContain('ring.json');
    rmSync(folder, { recursive: true });
  });

  it('keeps no draft of a writer that was killed beyond the next write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    const file = join(folder, 'ring.json');
    const writer = startOtherProcess(`
      import { PrivateDraft } from ${JSON.stringify(built)};
      const draft = PrivateDraft.beside(${JSON.stringify(file)});
      draft.append('retired');
      console.log(JSON.stringify(draft.path));
      setInterval(() => {}, 1000);`);
    const draft = await writer.next<string>();
    writePrivateFile(file, 'new');
    expect(readdirSync(folder)).toEqual([basename(draft), 'ring.json']);
    await writer.kill('SIGKILL');
    writePrivateFile(file, 'newer');
    expect(readdirSync(folder)).toEqual(['ring.json']);
    rmSync(folder, { recursive: true });
  });
});
