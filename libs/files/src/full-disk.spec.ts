import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const built = new URL('../dist/index.js', import.meta.url).href;
const limitKibibytes = 4;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  file = join(folder, 'ring');
  writeFileSync(file, 'old');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A write past the limit is short, as on a full disk, and the next one fails. */
function runLimited(source: string): string {
  const script = `import * as files from ${JSON.stringify(built)}; const file = ${JSON.stringify(file)}; ${source}`;
  const limited = `ulimit -f ${limitKibibytes}; exec "$0" --input-type=module --eval "$1"`;
  return String(spawnSync('bash', ['-c', limited, process.execPath, script]).stderr);
}

describe('on a disk that is full after a part of the file', () => {
  const tooMuch = `'x'.repeat(${limitKibibytes * 1024 + 100})`;

  it.each([
    ['is written', `files.writePrivateFile(file, ${tooMuch})`],
    ['is changed', `files.changePrivateFile(file, () => ${tooMuch})`],
    [
      'is written in pieces',
      `const draft = files.PrivateDraft.beside(file); draft.append('x'); draft.append(${tooMuch})`,
    ],
    [
      'is written by a caller that goes on',
      `const draft = files.PrivateDraft.beside(file); try { draft.append(${tooMuch}) } catch {} draft.replace()`,
    ],
  ])('a private file that %s keeps what it held, and the writer fails', (_, source) => {
    expect(runLimited(source)).toMatch(/EFBIG|is closed/);
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['old', ['ring']]);
  });

  it('a private file that fits is written', () => {
    expect(runLimited(`files.writePrivateFile(file, 'x'.repeat(${limitKibibytes * 1024}))`)).toBe('');
    expect(readFileSync(file, 'utf8')).toHaveLength(limitKibibytes * 1024);
  });

  it('a private log that could not be written whole is resumed behind what was counted', () => {
    rmSync(file);
    const source = `
      const log = files.PrivateLog.create(file); log.append('counted\\n'); log.sync();
      try { log.append(${tooMuch}) } catch (error) { console.error(error.code, log.bytes) }
      files.PrivateLog.resume(file, log.bytes).append('more\\n');`;
    expect(runLimited(source)).toBe('EFBIG 8\n');
    expect(readFileSync(file, 'utf8')).toBe('counted\nmore\n');
  });
});
