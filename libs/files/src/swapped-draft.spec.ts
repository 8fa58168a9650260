import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

asRoot('root gives no file away when the draft is swapped for a link before it is given to the owner', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'files-'));
  const [file, victim] = [join(folder, 'key'), join(folder, 'victim')];
  fs.writeFileSync(file, 'old');
  fs.chownSync(file, 4711, 4712);
  fs.writeFileSync(victim, 'of root', { mode: 0o640 });
  const before = fs.statSync(victim);
  let swapped = 0;
  jest.unstable_mockModule('node:fs', () => ({
    ...fs,
    openSync: (path: string, ...more: [number, number]) => {
      const descriptor = fs.openSync(path, ...more);
      if (path.endsWith('.new')) {
        swapped += 1;
        fs.unlinkSync(path);
        fs.symlinkSync(victim, path);
      }
      return descriptor;
    },
  }));
  const { writePrivateFile } = await import('./private-file.js');
  writePrivateFile(file, 'new');
  const { uid, gid, mode } = fs.statSync(victim);
  expect({ swapped, uid, gid, mode }).toEqual({ swapped: 1, uid: before.uid, gid: before.gid, mode: before.mode });
  expect(fs.readFileSync(victim, 'utf8')).toBe('of root');
  fs.rmSync(folder, { recursive: true });
});
