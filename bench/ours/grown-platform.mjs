import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import { importUsers } from '@countersign/contracts';
import { eachOf, makeRealm, Platform } from './platform.mjs';
import { processesOf, startServices } from './running-platform.mjs';

const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'countersign.mjs');
/** Of no password that anybody knows; what is measured is how it is taken over. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$J4moa2MM0/6uf3HbY2Tf5Fux8JIBTwIhmhxGRbsY14g';
const IMPORTED_AT_ONCE = 250;
const READ_PATHS = 5_000;

/**
 * A platform of its own, grown to so many users, all of one realm.
 *
 * @typedef {object} GrownPlatform
 * @property {number} users
 * @property {{ readonly url: string, readonly paths: readonly string[], readonly signer: object }} target
 * @property {Readonly<Record<string, readonly number[]>>} processes
 * @property {readonly number[]} importRates users a second, of each part of the import
 */
export class Growth {
  /** @param {import('../context.mjs').Context} context */
  constructor(context) {
    this.context = context;
  }

  /**
   * By the command line, from files with password hashes, in so many parts.
   *
   * @param {string} name
   * @param {number} users
   * @param {number} parts
   * @returns {Promise<GrownPlatform>}
   */
  async byImport(name, users, parts) {
    const { platform, services } = await this.#start(name);
    const realm = 'grown';
    const signer = { kind: 'signed', ...(await platform.asking('operator', (ask) => makeRealm(ask, realm))) };
    const importRates = [];
    for (let part = 0; part < parts; part += 1) {
      const size = users / parts;
      importRates.push(await importPart(platform, realm, part * size, size));
    }
    const stride = Math.max(1, Math.floor(users / READ_PATHS));
    const paths = Array.from({ length: Math.min(users, READ_PATHS) }, (_, turn) => pathOf(realm, turn * stride));
    const target = { url: services.gateway.url, paths, signer };
    return { users, target, processes: await processesOf(platform, services), importRates };
  }

  /**
   * So many users, shared out among so many realms, each with an application of its own.
   *
   * @param {string} name
   * @param {number} realms
   * @param {number} users
   */
  async byRealms(name, realms, users) {
    const { platform, services } = await this.#start(name);
    const applications = {};
    const each = users / realms;
    await platform.asking('operator', (ask) =>
      eachOf(realms, async (number) => {
        const realm = `r${number}`;
        applications[realm] = { kind: 'signed', ...(await makeRealm(ask, realm)) };
        for (let first = 0; first < each; first += IMPORTED_AT_ONCE) {
          const size = Math.min(IMPORTED_AT_ONCE, each - first);
          await ask(importUsers, { realm, users: Array.from({ length: size }, (_, one) => userOf(first + one)) });
        }
      }),
    );
    const paths = Array.from({ length: users }, (_, turn) => pathOf(`r${turn % realms}`, Math.floor(turn / realms)));
    const target = { url: services.gateway.url, paths, signer: { kind: 'signed-by-realm', applications } };
    return { target, processes: await processesOf(platform, services) };
  }

  async #start(name) {
    const platform = new Platform(this.context.servers, name);
    await platform.provision();
    const running = await startServices(platform);
    this.context.ending(running);
    return { platform, services: running.services };
  }
}

/** @returns {Promise<number>} users a second, from the start of the command to its end */
async function importPart(platform, realm, first, size) {
  const file = join(platform.servers.folder, `${platform.name}-${first}.jsonl`);
  await writeUsers(file, first, size);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'user', 'import', file, '--realm', realm, '--json'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NATS_URL: platform.natsUrl('operator') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      words = (words + piece).slice(-2_000);
    });
  }
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`user import ended with ${code}: ${words}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  await rm(file);
  return size / seconds;
}

async function writeUsers(file, first, size) {
  const stream = createWriteStream(file, { mode: 0o600 });
  for (let position = first; position < first + size; position += 1) {
    const line = JSON.stringify({ ...userOf(position), passwordHash: PASSWORD_HASH });
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

function userOf(position) {
  const userId = userIdOf(position);
  return {
    userId,
    name: { given: 'Given', family: `Family ${position}` },
    phones: [{ value: `+1202${String(position).padStart(7, '0')}` }],
    emails: [{ value: `${userId}@example.com` }],
  };
}

/** The digits are turned round, so that neighbours in the file are not neighbours in an index. */
function userIdOf(position) {
  return `u${[...String(position).padStart(7, '0')].reverse().join('')}`;
}

function pathOf(realm, position) {
  return `/${realm}/api/v1/users/${userIdOf(position)}`;
}
