import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchNatsServer, type SourceList, sourceListsOfThisMachine } from './fetch-nats-server.js';
import { readNatsVersion } from './nats-version.js';

const run = promisify(execFile);

/** Where to look for a nats-server. */
export interface NatsServerSearch {
  /** The operator's own choice (COUNTERSIGN_NATS_SERVER): used or refused, never passed over. */
  readonly path?: string | undefined;
  /** Folders with colons between, default: the PATH of this process. */
  readonly searchPath?: string;
  /** A server that was fetched is kept here. */
  readonly cacheFolder: string;
  /** Told, in a few words, what takes time. */
  readonly onProgress: (step: string) => void;
  /** Folders to look in beside the search path; default: where packages put servers, which a user's PATH often lacks. */
  readonly folders?: readonly string[];
  /** Places to fetch from; default: this machine's. */
  readonly sourceLists?: readonly SourceList[];
}

const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * A nats-server (2.9 or later) to run: the one named, else one that is installed, else one fetched before, else one
 * fetched now.
 *
 * @returns absolute path of a program that has been seen to run
 * @throws when there is none and none can be fetched, with what to install
 */
export async function findNatsServer(search: NatsServerSearch): Promise<string> {
  if (search.path !== undefined && search.path !== '') {
    await readNatsVersion(search.path);
    return search.path;
  }
  const searchPath = search.searchPath ?? (await ownSearchPath());
  const folders = [...searchPath.split(delimiter), ...(search.folders ?? SERVER_FOLDERS), search.cacheFolder];
  const faults: string[] = [];
  for (const folder of folders.filter((name) => name.startsWith('/'))) {
    const path = join(folder, 'nats-server');
    if ((await stat(path).catch(() => undefined))?.isFile()) {
      const fault = await readNatsVersion(path).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (fault === undefined) {
        return path;
      }
      faults.push(fault);
    }
  }
  search.onProgress('fetching nats-server');
  try {
    return await fetchNatsServer(search.cacheFolder, search.sourceLists ?? (await sourceListsOfThisMachine()));
  } catch (error) {
    faults.push((error as Error).message);
    throw new Error(
      'no nats-server 2.9 or later on this machine: install it (apt-get install nats-server, or brew install ' +
        `nats-server), or name one in COUNTERSIGN_NATS_SERVER, or set NATS_URL (${faults.join('; ')})`,
    );
  }
}

/** The PATH of this process, as its children find it. */
async function ownSearchPath(): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', 'printf %s "$PATH"']);
  return stdout;
}
