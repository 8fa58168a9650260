import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { findNatsServer, type NatsServerSearch } from './find-nats-server.js';

jest.setTimeout(60_000);

const run = promisify(execFile);
const hasApt = await stat('/usr/bin/apt-get').then(
  () => true,
  () => false,
);
const withApt = hasApt ? it : it.skip;

describe('the nats-server to run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'find-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A program that says it is this version. */
  async function plant(place: string, says: string): Promise<string> {
    const path = join(folder, place, 'nats-server');
    await mkdir(join(folder, place), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
    await chmod(path, 0o755);
    return path;
  }

  const search = (change: Partial<NatsServerSearch> = {}) =>
    findNatsServer({
      searchPath: `relative:${join(folder, 'path')}`,
      cacheFolder: join(folder, 'cache'),
      onProgress: () => undefined,
      folders: [join(folder, 'sbin')],
      sourceLists: [],
      ...change,
    });

  it('is the one named, which is refused rather than passed over when it does not do', async () => {
    await plant('path', 'nats-server: v2.10.27');
    const named = await plant('named', 'nats-server: v2.9.10');
    expect(await search({ path: named })).toBe(named);
    await expect(search({ path: join(folder, 'none') })).rejects.toThrow('ENOENT');
    await expect(search({ path: await plant('old', 'nats-server: v2.8.4') })).rejects.toThrow(
      'is nats-server 2.8.4, expected 2.9 or later',
    );
    await expect(search({ path: await plant('odd', 'hello') })).rejects.toThrow('is no nats-server: it says "hello"');
  });

  it('is looked for in the search path, then where servers are installed, then in the cache', async () => {
    const cached = await plant('cache', 'nats-server: v2.10.27');
    expect(await search()).toBe(cached);
    const installed = await plant('sbin', 'nats-server: v2.9.10');
    expect(await search()).toBe(installed);
    const onPath = await plant('path', 'nats-server: v2.9.10');
    expect(await search()).toBe(onPath);
  });

  it('is not one that is too old while there is a newer one further on', async () => {
    await plant('path', 'nats-server: v2.2.0');
    const installed = await plant('sbin', 'nats-server: v3.0.1');
    expect(await search()).toBe(installed);
  });

  it('is told to be installed when there is none', async () => {
    await plant('path', 'nats-server: v2.2.0');
    await expect(search()).rejects.toThrow(/install it \(apt-get install nats-server.*2\.2\.0, expected 2\.9/);
  });

  withApt('is fetched with apt, as a user without rights, from a place that has the package, and kept', async () => {
    const line = await makeRepository(join(folder, 'repository'));
    const steps: string[] = [];
    const sourceLists = ['deb [trusted=yes] file:/nonexistent ./\n', line];
    const found = await search({ sourceLists, onProgress: (step) => steps.push(step) });
    expect(found).toBe(join(folder, 'cache', 'nats-server'));
    expect(await search()).toBe(found);
    expect(steps).toEqual(['fetching nats-server']);
  });

  async function makeRepository(place: string): Promise<string> {
    const tree = join(place, 'tree');
    await plant(join('repository', 'tree', 'usr', 'sbin'), 'nats-server: v2.10.27');
    await mkdir(join(tree, 'DEBIAN'));
    const { stdout: architecture } = await run('dpkg', ['--print-architecture']);
    const fields = `Package: nats-server\nVersion: 2.10.27\nArchitecture: ${architecture.trim()}\nMaintainer: nobody <n@example.com>\nDescription: for a spec\n`;
    await writeFile(join(tree, 'DEBIAN', 'control'), fields);
    const archive = join(place, 'nats-server.deb');
    await run('dpkg-deb', ['--root-owner-group', '-b', tree, archive]);
    const { stdout: sum } = await run('sha256sum', [archive]);
    const { size } = await stat(archive);
    const index = `${fields}Filename: ./nats-server.deb\nSize: ${size}\nSHA256: ${sum.split(' ')[0]}\n`;
    await writeFile(join(place, 'Packages'), index);
    return `deb [trusted=yes] file:${place} ./\n`;
  }
});
