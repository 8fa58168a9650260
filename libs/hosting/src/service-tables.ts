import { type OwningService, realmKeepers } from '@countersign/contracts';
import { type OutboxAbilities, outboxMigrationSql } from '@countersign/outbox';
import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import { type RealmColumns, realmsMigrationSql } from '@countersign/realms';
import { sealedRowsMigrationSql } from '@countersign/sealed-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the tables of a service have beyond those of all. */
export interface ServiceTables extends OutboxAbilities {
  /** Columns that a service which keeps realms derives from their settings. */
  readonly realmColumns?: RealmColumns;
}

/**
 * The migration that makes the tables which every service has: outbox, idempotency records, rotations of the key ring,
 * and in a service that keeps them the realms.
 * @param number its place among the migrations of the service
 */
export function createServiceTables(
  number: number,
  service: OwningService,
  { realmColumns, ...abilities }: ServiceTables = {},
): new () => MigrationInterface {
  const keepsRealms = realmKeepers.some((keeper) => keeper === service);
  const partsFor = (runtimeRole: string) => [
    outboxMigrationSql(service, runtimeRole, abilities),
    sealedRowsMigrationSql(service, runtimeRole),
    ...(keepsRealms ? [realmsMigrationSql(service, runtimeRole, realmColumns)] : []),
  ];
  return class CreateServiceTables implements MigrationInterface {
    readonly name = migrationName(number, 'create-service-tables');

    async up(runner: QueryRunner): Promise<void> {
      const parts = partsFor(await runtimeRoleOf(runner));
      for (const statement of parts.flatMap(({ up }) => up)) await runner.query(statement);
    }

    async down(runner: QueryRunner): Promise<void> {
      const parts = partsFor(await runtimeRoleOf(runner));
      for (const statement of parts.flatMap(({ down }) => down)) await runner.query(statement);
    }
  };
}
