import { migrate, revertLast } from '@countersign/persistence';
import { databaseWithRoles, entityDrift, testLogger } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { migrations } from './migrations.js';

const directory = specDirectory();

describe('the schema', () => {
  it('is what the entities say', async () => {
    expect(await entityDrift(directory.get(DataSource))).toEqual([]);
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
    'update directory.user set id = gen_random_uuid()',
    `update directory.user set realm_id = gen_random_uuid()`,
    'truncate directory.user',
    'delete from directory.user_identity',
    'update directory.user_identity set id = gen_random_uuid()',
    'delete from directory.erased_user',
    'update directory.erased_user set realm_id = gen_random_uuid()',
    `update directory.contact set value_key = 'x'`,
    `update directory.contact set id = gen_random_uuid()`,
    `update directory.user_alias set alias_key = 'x'`,
    `update directory.realm set name = 'x'`,
    'delete from directory.realm',
    'delete from directory.outbox',
    `update directory.outbox set details = '{}'`,
    'update directory.outbox set personal = null',
    'update directory.outbox set sequence = -id',
    'truncate directory.membership',
    'update directory.membership set group_uuid = user_uuid',
    'update directory.group set realm_id = gen_random_uuid()',
    'truncate directory.group cascade',
    'create table directory.x ()',
    'select * from directory.migration for update',
  ])('does not let the service: %s', async (statement) => {
    await expect(directory.database.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
