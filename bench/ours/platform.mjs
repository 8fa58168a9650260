import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import {
  addMembers,
  createApplication,
  createGroup,
  createRealm,
  createUser,
  principals,
  runningServices,
} from '@countersign/contracts';
import { Bus, Messenger, newAskContext } from '@countersign/messaging';
import {
  createServiceDatabase,
  ensureDatabase,
  natsConfiguration,
  provisionStreams,
  rolesOf,
} from '@countersign/provisioning';
import { newKeyRing } from '@countersign/sealing';
import { startProgram } from '../programs/program.mjs';
import { entryOf } from './entry.mjs';

export const realm = 'bench';
const USERS = 1_000;
const AT_ONCE = 8;
const MOST_ATTEMPTS = 10;
const GROUPS = 20;
/** What the images of the product set (Dockerfile). */
export const ofImages = { NODE_OPTIONS: '--max-semi-space-size=16' };

/** The paths of the users that are read, each a profile with the fields that the rivals' table has too. */
export const userPaths = Array.from({ length: USERS }, (_, position) => `/${realm}/api/v1/users/${userIdOf(position)}`);

function userIdOf(position) {
  return `u${String(position).padStart(5, '0')}`;
}

/**
 * The product, set up as an operator would over existing servers: roles, schemas, streams, key rings; a realm, an
 * application and users, made over the bus. Each service is a process of its own.
 */
export class Platform {
  #passwords = Object.fromEntries(principals.map((principal) => [principal, randomBytes(24).toString('base64url')]));
  #databasePassword = randomBytes(24).toString('base64url');
  #nats;
  #databaseUrl = '';

  /**
   * @param {import('./servers.mjs').Servers} servers
   * @param {string} [name] of its database, its nats-server and its files: platforms of other names run beside it
   */
  constructor(servers, name = 'platform') {
    this.servers = servers;
    this.name = name;
  }

  /** Brings it to where the services can start. */
  async provision() {
    const postgres = await this.servers.postgres();
    this.#databaseUrl = changedUrl(postgres.url, { pathname: `/${databaseOf(this.name)}` });
    await ensureDatabase(this.#databaseUrl);
    for (const service of runningServices) {
      const { owner, runtime } = this.#credentialsOf(service);
      await createServiceDatabase(this.#databaseUrl, service, owner, runtime);
      await writeFile(this.#keyRingFile(service), newKeyRing(systemRandomness), { mode: 0o600 });
    }
    this.#nats = await this.servers.nats(this.name, natsConfiguration({ passwords: this.#passwords }));
    const bus = await this.#join('provisioner');
    await provisionStreams(bus.connection);
    await bus.close();
  }

  /** @returns {NodeJS.ProcessEnv} what a process of the service has to be told */
  environmentOf(service) {
    if (service === 'gateway') return { NATS_URL: this.natsUrl('gateway'), COUNTERSIGN_PORT: '0' };
    const { owner, runtime } = this.#credentialsOf(service);
    const urlOf = ({ user, password }) => changedUrl(this.#databaseUrl, { username: user, password });
    return {
      NATS_URL: this.natsUrl(service),
      DATABASE_URL: urlOf(runtime),
      DATABASE_OWNER_URL: urlOf(owner),
      [`${service.toUpperCase()}_KEY_RING_FILE`]: this.#keyRingFile(service),
    };
  }

  natsUrl(principal) {
    return changedUrl(this.#nats.url, { username: principal, password: this.#passwords[principal] });
  }

  get natsPid() {
    return this.#nats.pid;
  }

  /**
   * @param {string} service
   * @param {{ readonly isBare?: boolean, readonly execArgv?: readonly string[] }} [options]
   */
  startService(service, options = {}) {
    return startProgram({ script: entryOf(service), env: { ...ofImages, ...this.environmentOf(service) }, ...options });
  }

  /**
   * Makes the realm, an application and the users; needs authentication and directory running.
   *
   * @returns {Promise<{ readonly applicationId: string, readonly applicationKey: string }>}
   */
  async seed() {
    const application = await this.asking('operator', (ask) => makeRealm(ask, realm));
    await this.asking('authentication', (ask) => eachUser((position) => ask(createUser, userOf(position))));
    await this.asking('operator', async (ask) => {
      for (let number = 0; number < GROUPS; number += 1) {
        await ask(createGroup, { realm, group: groupOf(number) });
        await ask(addMembers, { realm, groups: [groupOf(number)], userIds: membersOf(number) });
      }
    });
    return application;
  }

  /** Lends a connection of `principal` to `work`. */
  async asking(principal, work) {
    const bus = await this.#join(principal);
    const messenger = new Messenger(bus);
    try {
      return await work((operation, request) => askUntilServed(messenger, operation, request));
    } finally {
      await bus.close();
    }
  }

  #join(user) {
    return Bus.connect({ url: this.natsUrl(user), name: `bench-${user}`, user });
  }

  #credentialsOf(service) {
    const { owner, runtime } = rolesOf(service, databaseOf(this.name));
    return {
      owner: { user: owner, password: this.#databasePassword },
      runtime: { user: runtime, password: this.#databasePassword },
    };
  }

  #keyRingFile(service) {
    return join(this.servers.folder, `${this.name}-${service}.key-ring.json`);
  }
}

/** A machine that others keep busy refuses for a moment what is asked of it at once: asked again, it is one change. */
async function askUntilServed(messenger, operation, request) {
  const idempotencyKey = uuidv7(systemClock, systemRandomness);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await messenger.ask(
        operation,
        request,
        newAskContext({ actor: { kind: 'operator', id: 'bench' }, idempotencyKey }),
      );
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !['store.unavailable', 'bus.deadline'].includes(error.code)) throw error;
      await pause(attempt * 200);
    }
  }
}

/** @returns {Promise<{ readonly applicationId: string, readonly applicationKey: string }>} an application of the new realm */
export async function makeRealm(ask, name) {
  await ask(createRealm, { realm: name, profile: 'compat' });
  return ask(createApplication, { realm: name, name: 'bench' });
}

function eachUser(work) {
  return eachOf(USERS, work);
}

/** Does `work` for each number below `count`, some at once. */
export async function eachOf(count, work) {
  for (let first = 0; first < count; first += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - first);
    await Promise.all(Array.from({ length: size }, (_, offset) => work(first + offset)));
  }
}

function membersOf(number) {
  return Array.from({ length: USERS / GROUPS }, (_, turn) => userIdOf(number + turn * GROUPS));
}

function groupOf(number) {
  return `Group ${number}`;
}

function userOf(position) {
  const userId = userIdOf(position);
  return {
    id: uuidv7(systemClock, systemRandomness),
    realm,
    userId,
    name: { given: 'Given', family: `Family ${position}` },
    phones: [{ position: 1, value: `+1202555${String(position).padStart(4, '0')}` }],
    emails: [{ position: 1, value: `${userId}@example.com` }],
  };
}

function databaseOf(name) {
  return `countersign_${name}`;
}

function changedUrl(text, parts) {
  return Object.assign(new URL(text), parts).href;
}
