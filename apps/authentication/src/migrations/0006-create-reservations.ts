import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReservations implements MigrationInterface {
  readonly name = migrationName(6, 'create-reservations');

  async up(runner: QueryRunner): Promise<void> {
    const runtimeRole = await runtimeRoleOf(runner);
    await runner.query(`
      create table authentication.reservation (
        id          uuid        not null constraint reservation_pkey primary key,
        realm_id    uuid        not null constraint reservation_realm_id_fkey
                                references authentication.realm (realm_id),
        ids         uuid[]      not null,
        cause       text        not null constraint reservation_cause_check
                                check (cause in ('registered', 'imported', 'reset', 'erased')),
        reserved_at timestamptz not null default now()
      )`);
    await runner.query(`create index reservation_reserved_at_idx on authentication.reservation (reserved_at)`);
    await runner.query(`grant select, insert, delete on authentication.reservation to ${runtimeRole}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table authentication.reservation`);
  }
}
