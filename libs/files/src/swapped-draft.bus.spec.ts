import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtherProcess } from '@countersign/testing';
import { expect, it } from '@jest/globals';

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const built = new URL('../dist/index.js', import.meta.url).href;

asRoot('root gives no file away when the draft is swapped for a link before it is given to the owner', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'files-'));
  const [file, victim] = [join(folder, 'key'), join(folder, 'victim')];
  fs.writeFileSync(file, 'old');
  fs.chownSync(file, 4711, 4712);
  fs.writeFileSync(victim, 'of root', { mode: 0o640 });
  const before = fs.statSync(victim);
  const writer = startOtherProcess(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    import { writePrivateFile } from ${JSON.stringify(built)};
    const { openSync } = fs;
    let swapped = 0;
    fs.openSync = (path, ...more) => {
      const descriptor = openSync(path, ...more);
      if (path.endsWith('.new')) {
        swapped += 1;
        fs.unlinkSync(path);
        fs.symlinkSync(${JSON.stringify(victim)}, path);
      }
      return descriptor;
    };
    syncBuiltinESMExports();
    writePrivateFile(${JSON.stringify(file)}, 'new');
    console.log(JSON.stringify(swapped));`);
  expect(await writer.next()).toBe(1);
  await writer.kill();
  const { uid, gid, mode } = fs.statSync(victim);
  expect({ uid, gid, mode }).toEqual({ uid: before.uid, gid: before.gid, mode: before.mode });
  expect(fs.readFileSync(victim, 'utf8')).toBe('of root');
  fs.rmSync(folder, { recursive: true });
});
