import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRealms implements MigrationInterface {
  readonly name = migrationName(2, 'create-realms');

  async up(runner: QueryRunner): Promise<void> {
    const runtimeRole = await runtimeRoleOf(runner);
    await runner.query(`
      create table authentication.realm (
        realm_id         uuid        not null constraint realm_pkey primary key,
        name             text        not null constraint realm_name_key unique,
        spelled_as       text        not null constraint realm_spelled_as_check check (lower(spelled_as) = name),
        profile          text        not null constraint realm_profile_check check (profile in ('compat', 'strict')),
        settings         jsonb       not null,
        settings_version integer     not null default 1,
        created_at       timestamptz not null default now()
      )`);
    // The settings that each service which keeps realms is known to have.
    await runner.query(`
      create table authentication.realm_adoption (
        realm_id         uuid    not null constraint realm_adoption_realm_id_fkey references authentication.realm,
        service          text    not null,
        settings_version integer not null,
        constraint realm_adoption_pkey primary key (realm_id, service)
      )`);
    // No delete: a name is never given again, so a row never goes.
    await runner.query(`grant select, insert on authentication.realm to ${runtimeRole}`);
    await runner.query(`grant update (settings, settings_version) on authentication.realm to ${runtimeRole}`);
    await runner.query(`
      grant select, insert, update (settings_version) on authentication.realm_adoption to ${runtimeRole}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table authentication.realm_adoption`);
    await runner.query(`drop table authentication.realm`);
  }
}
