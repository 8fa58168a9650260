import { findDrift, migrate, revertLast } from '@countersign/persistence';
import { databaseWithRoles, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { migrations } from './migrations.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

describe('the schema', () => {
  it('is what the entities say', async () => {
    expect(await findDrift(directory.get(DataSource))).toEqual([]);
  });

  it('can be taken back and made again', async () => {
    const place = await databaseWithRoles('directory');
    const options = { url: place.ownerUrl, schema: 'directory', migrations, logger: testLogger() };
    try {
      const applied = await migrate(options);
      for (const _ of applied) await revertLast(options);
      expect(await migrate(options)).toEqual(applied);
    } finally {
      await place.drop();
    }
  });

  it.each([
    'delete from directory.user',
    `update directory.user set user_key = 'x'`,
    `update directory.user set realm_id = gen_random_uuid()`,
    'delete from directory.user_identity',
    'update directory.user_identity set is_withdrawn = false',
    `update directory.realm set name = 'x'`,
    'delete from directory.realm',
    'delete from directory.outbox',
    `update directory.outbox set details = '{}'`,
    'update directory.outbox set sequence = -id',
    'truncate directory.membership',
    'create table directory.x ()',
    'select * from directory.migration for update',
  ])('does not let the service: %s', async (statement) => {
    await expect(directory.database.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
