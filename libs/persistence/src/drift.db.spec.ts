import { freshDatabase, type TestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Column,
  type DataSource,
  Entity,
  Index,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { Database, findDrift, openDataSource } from './index.js';

@Entity('owner')
class Owner {
  @PrimaryColumn('uuid')
  readonly id: string;
}

@Entity('pet')
@Unique(['realmId', 'name'])
class Pet {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  readonly id: string;
  @Column('uuid')
  readonly realmId: string;
  @Column('varchar', { length: 40 })
  readonly name: string;
  @Column({ type: 'jsonb', default: {} })
  readonly details: object;
  @Column('bytea', { nullable: true })
  readonly sealedNote: Buffer | null;
  @Column('text', { array: true, default: () => `'{}'` })
  readonly nicknames: readonly string[];
  @Column({ type: 'numeric', precision: 6, scale: 2, nullable: true })
  readonly weight: string | null;
  @Index()
  @Column('timestamptz', { default: () => 'now()' })
  readonly bornAt: Date;
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readonly fedAt: Date | null;
  @ManyToOne(() => Owner, { nullable: false })
  readonly owner: Relation<Owner>;
}

const sql = [
  'create table owner (id uuid primary key)',
  `create table pet (
     id bigserial primary key, realm_id uuid not null, name varchar(40) not null, details jsonb not null default '{}',
     sealed_note bytea, nicknames text[] not null default '{}', weight numeric(6,2), born_at timestamptz not null default now(),
     fed_at timestamptz(3), owner_id uuid not null constraint pet_owner_id_fkey references owner (id),
     constraint pet_realm_id_name_key unique (realm_id, name))`,
  'create index pet_born_at_idx on pet (born_at)',
];

let test: TestDatabase;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  test = await freshDatabase();
  dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [Owner, Pet],
    poolSize: 1,
    statementTimeoutMs: 2_000,
    logger: testLogger(),
  });
  database = new Database(dataSource, 10);
  for (const statement of sql) await database.query(statement);
});
afterAll(async () => {
  await dataSource.destroy();
  await test.drop();
});

/** What is found while `planted` holds. */
async function driftWith(planted: string, undo: string): Promise<string[]> {
  await database.query(planted);
  return findDrift(dataSource).finally(() => database.query(undo));
}

describe('drift', () => {
  it('is not found where the schema is what the entities say', async () => {
    expect(await findDrift(dataSource)).toEqual([]);
  });

  it.each([
    ['a table', 'create table stray (id int)', 'drop table stray', 'table stray has no entity'],
    ['a column', 'alter table pet add extra text', 'alter table pet drop extra', 'column pet.extra has no property'],
    [
      'a type',
      'alter table pet alter name type text',
      'alter table pet alter name type varchar(40)',
      'column pet.name: type expected character varying(40), found text',
    ],
    [
      'a column that may be null',
      'alter table pet alter realm_id drop not null',
      'alter table pet alter realm_id set not null',
      'column pet.realm_id: nullable expected false, found true',
    ],
    [
      'a lost default',
      'alter table pet alter born_at drop default',
      'alter table pet alter born_at set default now()',
      'column pet.born_at: default expected true, found false',
    ],
    [
      'a renamed column',
      'alter table pet rename weight to mass',
      'alter table pet rename mass to weight',
      'column pet.weight is missing',
    ],
    [
      'a lost unique key',
      'alter table pet drop constraint pet_realm_id_name_key',
      'alter table pet add constraint pet_realm_id_name_key unique (realm_id, name)',
      'unique key pet_realm_id_name_key of pet (realm_id, name) is missing',
    ],
    [
      'a lost foreign key',
      'alter table pet drop constraint pet_owner_id_fkey',
      'alter table pet add constraint pet_owner_id_fkey foreign key (owner_id) references owner (id)',
      'foreign key pet_owner_id_fkey of pet (owner_id) is missing',
    ],
    [
      'a lost index',
      'drop index pet_born_at_idx',
      'create index pet_born_at_idx on pet (born_at)',
      'index pet_born_at_idx of pet (born_at) is missing',
    ],
  ])('is found in %s', async (_what, planted, undo, sentence) => {
    expect(await driftWith(planted, undo)).toContain(sentence);
  });
});
