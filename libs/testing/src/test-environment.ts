/** Where the servers of this test run are, as `test/servers/setup.mjs` wrote it into the environment. */
export interface TestEnvironment {
  /** Superuser, database `postgres`. */
  readonly postgresUrl: string;
  /** Without credentials: this server asks for none. */
  readonly natsUrl: string;
  /** Program of the nats-server. */
  readonly natsServer: string;
  /** Folder of this run; everything in it is ended and deleted after it, or before the next one. */
  readonly folder: string;
}

const NAMES = Object.freeze({
  postgresUrl: 'TEST_POSTGRES_URL',
  natsUrl: 'TEST_NATS_URL',
  natsServer: 'TEST_NATS_SERVER',
  folder: 'TEST_SERVERS_FOLDER',
});

/** @throws when the spec does not run in the jest project `servers` */
export function testEnvironment(): TestEnvironment {
  return {
    postgresUrl: read(NAMES.postgresUrl),
    natsUrl: read(NAMES.natsUrl),
    natsServer: read(NAMES.natsServer),
    folder: read(NAMES.folder),
  };
}

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: name the spec *.db.spec.ts or *.bus.spec.ts, so that it has servers`);
  }
  return value;
}
