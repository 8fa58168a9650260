import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** docs/adr/0002-replay-claims.md says why which table is logged. */
export class CreateClaims implements MigrationInterface {
  readonly name = migrationName(4, 'create-claims');

  async up(runner: QueryRunner): Promise<void> {
    const runtimeRole = await runtimeRoleOf(runner);
    // Not immutable for ever, but for as long as a connection lives: a cluster or database cannot change under one, and
    // plans, in which the answer is kept, do not outlive theirs. Asking each time would cost more than the claim.
    await runner.query(`
      create function authentication.cluster_and_database() returns text
      language sql immutable parallel safe
      return (select system_identifier from pg_catalog.pg_control_system())::text
        || '.' || (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())::text`);
    for (const [table, kind] of [
      ['claim', 'unlogged'],
      ['claim_ahead', ''],
    ] as const) {
      await runner.query(`
        create ${kind} table authentication.${table} (
          mac            bytea       not null,
          application_id uuid        not null,
          signed_at      timestamptz not null,
          constraint ${table}_pkey primary key (mac, application_id)
        )`);
      await runner.query(`create index ${table}_signed_at_idx on authentication.${table} (signed_at)`);
      await runner.query(`grant select, insert, delete on authentication.${table} to ${runtimeRole}`);
    }
    await runner.query(`
      create unlogged table authentication.claim_epoch (
        is_only_row    boolean     not null default true constraint claim_epoch_pkey primary key
                                   constraint claim_epoch_is_only_row_check check (is_only_row),
        barrier        timestamptz not null,
        pruned_through timestamptz not null,
        store          text        not null
      )`);
    await runner.query(`grant select, insert, update, delete on authentication.claim_epoch to ${runtimeRole}`);
    await runner.query(`
      create table authentication.claim_store (
        is_only_row boolean     not null default true constraint claim_store_pkey primary key
                                constraint claim_store_is_only_row_check check (is_only_row),
        horizon     timestamptz not null,
        timeline    text        not null,
        store       text        not null
      )`);
    // No delete: that the row is missing means that no claim was ever made here.
    await runner.query(`grant select, insert, update on authentication.claim_store to ${runtimeRole}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['claim_store', 'claim_epoch', 'claim_ahead', 'claim']) {
      await runner.query(`drop table authentication.${table}`);
    }
    await runner.query('drop function authentication.cluster_and_database()');
  }
}
