import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writePrivateFile } from '@countersign/files';
import { LogFile } from '../supervision/log-file.js';
import { SERVER_ENVIRONMENT, type ServerUser } from '../supervision/supervised-server.js';
import { giveFileTo, giveTo, nameForServer } from './data-folder-access.js';
import type { PostgresBinaries } from './postgres-binaries.js';

/** What a new cluster is made of. */
export interface ClusterPlan {
  /** Gets a sub-folder `data`. */
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
  readonly superuserPassword: string;
  /** Written through to the disk before it counts as made. */
  readonly durable: boolean;
}

export const SUPERUSER = 'postgres';

/**
 * Makes the database cluster in `<folder>/data` unless it exists: UTF8, locale C, scram-sha-256 for everybody, data
 * checksums. Made under another name and renamed when it is whole, so that a start that was killed leaves nothing that
 * looks like a cluster.
 *
 * @returns the data folder
 * @throws when initdb fails (with what it says), or the folder holds no cluster or one of another major version
 */
export async function initialiseCluster(plan: ClusterPlan): Promise<string> {
  const data = join(plan.folder, 'data');
  if (!existsSync(data)) {
    await makeCluster(plan, data);
    return data;
  }
  const found = await readVersion(join(data, 'PG_VERSION'));
  const expected = plan.binaries.version.split('.')[0];
  if (found.trim() !== expected) {
    throw new Error(`the data in ${data} are of postgresql ${found.trim()}, expected ${expected}`);
  }
  await giveTo(data, plan.user);
  return data;
}

/** A folder that has no version is a damaged cluster, or none: it is neither started nor made anew. */
async function readVersion(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${dirname(file)} holds no database that postgresql can open: ${(error as Error).message}`);
  }
}

async function makeCluster(plan: ClusterPlan, data: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  // Retried: the initdb of a launcher that was killed may still be writing there, for a second or two.
  await rm(unfinished, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(unfinished, plan.user);
  await runInitdb(plan, unfinished);
  await rename(unfinished, data);
  if (plan.durable) {
    syncFolder(plan.folder);
  }
}

async function runInitdb(plan: ClusterPlan, data: string): Promise<void> {
  const passwordFile = join(plan.folder, 'superuser.once');
  writePrivateFile(passwordFile, `${plan.superuserPassword}\n`);
  await giveFileTo(passwordFile, plan.user);
  const password = await open(passwordFile, 'r');
  // Gone from the folder before initdb starts: it reads the open file, which needs no walk to its place either.
  await rm(passwordFile);
  const log = new LogFile(join(plan.folder, 'initdb.log'));
  const output = await log.open();
  const outputStart = await log.size();
  try {
    const child = spawn(plan.binaries.initdb, argumentsFor(plan, data), {
      cwd: data,
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', output.fd, output.fd, password.fd],
      ...(plan.user === undefined ? {} : { uid: plan.user.uid, gid: plan.user.gid }),
    });
    const [code] = await once(child, 'close');
    if (code !== 0) {
      throw new Error(`initdb failed with code ${code}: ${await log.tail(outputStart)}`);
    }
  } finally {
    await Promise.all([password.close(), output.close()]);
  }
}

function argumentsFor(plan: ClusterPlan, data: string): readonly string[] {
  const kind = ['--username', SUPERUSER, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'];
  const durability = plan.durable ? [] : ['--no-sync'];
  return ['-D', nameForServer(data, plan.user), '--pwfile=/dev/fd/3', ...kind, ...durability];
}
