import { addServiceTo, freshDatabase, type TestDatabase } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from './command-line.js';

/** What is run once, as images and clusters run it: programs that end, with an exit code that says how. */
const program = (app: string, ...words: string[]) => [process.execPath, `apps/${app}/bundle/main.js`, ...words];
const migrate = program('directory', 'migrate');

describe('a service with the argument migrate', () => {
  let database: TestDatabase;
  let ownerUrl: string;
  let runtimeUrl: string;
  beforeAll(async () => {
    database = await freshDatabase();
    ({ ownerUrl, runtimeUrl } = await addServiceTo(database, 'directory'));
  });
  afterAll(() => database?.drop());

  it('is what a service asks for that finds its schema too old', async () => {
    const settings = { DATABASE_URL: runtimeUrl, NATS_URL: process.env['TEST_NATS_URL'], LOG_LEVEL: 'silent' };
    const ring = JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } });
    const { code, stdout, stderr } = await run(program('directory'), { ...settings, DIRECTORY_KEY_RING: ring });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^schema directory lacks \d+ migrations .*; run its program with the argument migrate, or /);
  }, 60_000);

  it('brings the schema up to date and ends; of two at once one does, and the other finds it done', async () => {
    const outcomes = await Promise.all(
      [1, 2].map(() => run(migrate, { DATABASE_OWNER_URL: ownerUrl, LOG_LEVEL: 'silent' })),
    );
    expect(outcomes.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const said = outcomes.map(({ stderr }) => stderr).sort();
    expect(said[0]).toMatch(/^schema directory has \d+ more migrations: /);
    expect(said[1]).toBe('schema directory is up to date\n');
  }, 60_000);

  it('needs the address of the owner, and nothing else', async () => {
    const { code, stderr } = await run(migrate, { DATABASE_URL: runtimeUrl });
    expect([code, stderr]).toEqual([2, expect.stringContaining('DATABASE_OWNER_URL is not set')]);
    expect(stderr).not.toMatch(/NATS_URL|KEY_RING/);
  });

  it('cannot be done as the role that serves', async () => {
    const other = await freshDatabase();
    const { runtimeUrl: url } = await addServiceTo(other, 'directory');
    const { code, stderr } = await run(migrate, { DATABASE_OWNER_URL: url, LOG_LEVEL: 'silent' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('permission denied for schema directory')]);
    await other.drop();
  });
});

describe('a program that is called wrongly', () => {
  it.each([
    ['directory', 'migrat'],
    ['authentication', 'migrate now'],
    ['provisioner', ''],
    ['provisioner', 'everything'],
  ])('%s %s ends with 2 and says what it expects', async (app, words) => {
    const given = words.split(' ').filter((word) => word !== '');
    const { code, stdout, stderr } = await run(program(app, ...given));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${app} was given "${words}", expected `);
  });
});
