import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lineForSuite, readAptSources } from './apt-sources.js';
import { readNatsVersion } from './nats-version.js';

const run = promisify(execFile);
const FETCH_WITHIN_MS = 120_000;
/** Preferred over the machine's own suite, which may be older (2.9 in Debian 12, 2.10 here). */
const SUITE = 'trixie';

/** Where to look for the package: the text of a sources.list, or undefined for the machine's own sources as they are. */
export type SourceList = string | undefined;

/** The places to try on this machine, best first. */
export async function sourceListsOfThisMachine(): Promise<readonly SourceList[]> {
  const line = lineForSuite(await readAptSources(), SUITE);
  return line === undefined ? [undefined] : [`${line}\n`, undefined];
}

/**
 * Takes the nats-server package from where this machine takes its packages, signatures checked by apt, and unpacks it
 * into `folder`. Works without root and without a home: apt gets lists and caches of its own, which are deleted after.
 *
 * @returns path of the program
 * @throws with the faults of every place tried
 */
export async function fetchNatsServer(folder: string, lists: readonly SourceList[]): Promise<string> {
  const faults: string[] = [];
  for (const list of lists) {
    const work = await mkdtemp(join(tmpdir(), 'countersign-fetch-'));
    try {
      return await fetchFrom(list, work, folder);
    } catch (error) {
      faults.push(lastLine(error as Error & { stderr?: string }));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  throw new Error(faults.join('; '));
}

async function fetchFrom(list: SourceList, work: string, folder: string): Promise<string> {
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    'Acquire::Languages=none',
    'APT::Sandbox::User=',
  ];
  if (list !== undefined) {
    await writeFile(join(work, 'sources.list'), list);
    options.push(`Dir::Etc::sourcelist=${join(work, 'sources.list')}`, 'Dir::Etc::sourceparts=/dev/null');
  }
  const flags = options.flatMap((option) => ['-o', option]);
  const download = join(work, 'download');
  await mkdir(download);
  const limits = { cwd: download, timeout: FETCH_WITHIN_MS };
  await run('apt-get', [...flags, '-q', 'update'], limits);
  await run('apt-get', [...flags, '-q', 'download', 'nats-server'], limits);
  const [archive] = await readdir(download);
  if (archive === undefined) {
    throw new Error('apt-get brought no nats-server');
  }
  return unpack(join(download, archive), folder);
}

/** Unpacked under another name and renamed after a trial run, so that the program is whole as soon as it exists. */
async function unpack(archive: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unpacked = await mkdtemp(join(folder, 'unpack-'));
  try {
    await run('dpkg', ['-x', archive, unpacked]);
    const program = join(unpacked, 'usr', 'sbin', 'nats-server');
    await readNatsVersion(program);
    const target = join(folder, 'nats-server');
    await rename(program, target);
    return target;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

function lastLine(error: Error & { stderr?: string }): string {
  return (error.stderr?.trim() || error.message).split('\n').at(-1) ?? error.message;
}
