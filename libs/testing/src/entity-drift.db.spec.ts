import { openDataSource } from '@countersign/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { entityDrift, freshDatabase, type TestDatabase, testLogger } from './index.js';

@Entity('user')
class Pet {
  @PrimaryColumn('bigint')
  readonly id: string;
  @Column('varchar', { length: 40 })
  readonly name: string;
  @Column('bytea', { name: 'sealed_note', nullable: true })
  readonly sealedNote: Buffer | null;
  @Column('text', { array: true })
  readonly nicknames: readonly string[];
  @Column('timestamptz', { name: 'born_at' })
  readonly bornAt: Date;
}

let test: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  test = await freshDatabase();
  dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [Pet],
    poolSize: 1,
    statementTimeoutMs: 2_000,
    logger: testLogger(),
  });
});
beforeEach(async () => {
  await dataSource.query('drop table if exists "user"');
  await dataSource.query('drop table if exists other');
  await dataSource.query(`create table "user" (id bigserial primary key, name varchar(40) not null, sealed_note bytea,
    nicknames text[] not null, born_at timestamptz not null default now(), no_property integer)`);
});
afterAll(async () => {
  await dataSource.destroy();
  await test.drop();
});

describe('drift of an entity', () => {
  it('is not found where its table has the columns that it names', async () => {
    expect(await entityDrift(dataSource)).toEqual([]);
  });

  it.each([
    ['a lost table', 'rename to other', 'user.name is missing'],
    ['a lost column', 'drop born_at', 'user.born_at is missing'],
    ['a renamed column', 'rename name to title', 'user.name is missing'],
    ['another type', 'alter name type text', 'user.name: expected character varying, found text'],
    ['a column that may be null', 'alter name drop not null', 'user.name: nullable is true'],
    ['a column that may not', 'alter sealed_note set not null', 'user.sealed_note: nullable is false'],
  ])('is found in %s', async (_what, change, sentence) => {
    await dataSource.query(`alter table "user" ${change}`);
    expect(await entityDrift(dataSource)).toContain(sentence);
  });
});
