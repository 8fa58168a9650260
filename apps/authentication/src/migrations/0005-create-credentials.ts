import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCredentials implements MigrationInterface {
  readonly name = migrationName(5, 'create-credentials');

  async up(runner: QueryRunner): Promise<void> {
    const runtimeRole = await runtimeRoleOf(runner);
    await runner.query(`
      create table authentication.credential (
        id                   uuid        not null constraint credential_pkey primary key,
        realm_id             uuid        not null constraint credential_realm_id_fkey
                                         references authentication.realm (realm_id),
        sealed_password_hash bytea       not null,
        sealing_key_id       text        not null,
        version              integer     not null default 1,
        consecutive_failures integer     not null default 0,
        -- attempts under way: the id of each, and when it ends by itself, in seconds since 1970
        open_attempts        jsonb       not null default '{}',
        locked_at            timestamptz(3),
        changed_at           timestamptz not null default now()
      )`);
    await runner.query(`create index credential_realm_id_idx on authentication.credential (realm_id)`);
    await runner.query(`create index credential_sealing_key_id_idx on authentication.credential (sealing_key_id)`);
    await runner.query(`grant select, insert, update, delete on authentication.credential to ${runtimeRole}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table authentication.credential`);
  }
}
