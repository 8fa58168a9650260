import { migrationName } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApplications implements MigrationInterface {
  readonly name = migrationName(3, 'create-applications');

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table authentication.application (
        application_id uuid        not null constraint application_pkey primary key,
        realm_id       uuid        not null constraint application_realm_id_fkey references authentication.realm (realm_id),
        name           text        not null,
        permissions    text[]      not null,
        version        integer     not null default 1,
        disabled_at    timestamptz,
        created_at     timestamptz not null default now()
      )`);
    await runner.query(
      `create index application_realm_id_application_id_idx on authentication.application (realm_id, application_id)`,
    );
    await runner.query(`
      create table authentication.application_key (
        application_id uuid        not null constraint application_key_application_id_fkey
                                   references authentication.application (application_id),
        key_version    integer     not null,
        sealed_key     bytea       not null,
        sealing_key_id text        not null,
        created_at     timestamptz not null default now(),
        expires_at     timestamptz,
        constraint application_key_pkey primary key (application_id, key_version)
      )`);
    await runner.query(
      `create index application_key_sealing_key_id_idx on authentication.application_key (sealing_key_id)`,
    );
    await runner.query(`grant select, insert on authentication.application to authentication`);
    await runner.query(`grant update (version, disabled_at) on authentication.application to authentication`);
    await runner.query(`grant select, insert on authentication.application_key to authentication`);
    await runner.query(`
      grant update (sealed_key, sealing_key_id, expires_at) on authentication.application_key to authentication`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table authentication.application_key`);
    await runner.query(`drop table authentication.application`);
  }
}
