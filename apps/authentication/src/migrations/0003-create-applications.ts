import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an operator has ended for good stays ended, even if the running role is stolen: it may delete an application and let
 * a key end, and take neither back. The row of a deleted application stays, so that its id is never given to another one.
 * Versions only grow, so that no gateway's old copy becomes the current one.
 */
const guards = [
  `create function authentication.guard_application() returns trigger language plpgsql as $$
   begin
     if old.deleted_at is not null
       and (new.deleted_at, new.disabled_at) is distinct from (old.deleted_at, old.disabled_at) then
       raise exception 'application % is deleted', old.application_id using errcode = 'check_violation';
     end if;
     if new.version < old.version then
       raise exception 'application % has version %, found %', old.application_id, old.version, new.version
         using errcode = 'check_violation';
     end if;
     return new;
   end
   $$`,
  `create trigger application_guard before update on authentication.application
   for each row execute function authentication.guard_application()`,
  `create function authentication.guard_application_key() returns trigger language plpgsql as $$
   begin
     if old.expires_at is not null and (new.expires_at is null or new.expires_at > old.expires_at) then
       raise exception 'key % of application % ends at %, and not later', old.key_version, old.application_id,
         old.expires_at using errcode = 'check_violation';
     end if;
     return new;
   end
   $$`,
  `create trigger application_key_guard before update on authentication.application_key
   for each row execute function authentication.guard_application_key()`,
];

export class CreateApplications implements MigrationInterface {
  readonly name = migrationName(3, 'create-applications');

  async up(runner: QueryRunner): Promise<void> {
    const runtimeRole = await runtimeRoleOf(runner);
    await runner.query(`
      create table authentication.application (
        application_id uuid        not null constraint application_pkey primary key,
        realm_id       uuid        not null constraint application_realm_id_fkey references authentication.realm (realm_id),
        name           text        not null,
        permissions    text[]      not null,
        version        integer     not null default 1,
        disabled_at    timestamptz,
        deleted_at     timestamptz constraint application_deleted_at_check check (deleted_at is null or disabled_at is not null),
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
    await runner.query(`grant select, insert on authentication.application to ${runtimeRole}`);
    await runner.query(
      `grant update (version, disabled_at, deleted_at) on authentication.application to ${runtimeRole}`,
    );
    await runner.query(`grant select, insert, delete on authentication.application_key to ${runtimeRole}`);
    await runner.query(`
      grant update (sealed_key, sealing_key_id, expires_at) on authentication.application_key to ${runtimeRole}`);
    for (const statement of guards) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table authentication.application_key`);
    await runner.query(`drop table authentication.application`);
    await runner.query(`drop function authentication.guard_application_key()`);
    await runner.query(`drop function authentication.guard_application()`);
  }
}
