import type { OwningService } from '@countersign/contracts';
import { type OutboxAbilities, outboxMigrationSql } from '@countersign/outbox';
import { migrationName } from '@countersign/persistence';
import { sealedRowsMigrationSql } from '@countersign/sealed-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The migration that makes the tables which every service has: outbox, idempotency records, rotations of the key ring.
 * @param number its place among the migrations of the service
 */
export function createServiceTables(
  number: number,
  service: OwningService,
  abilities: OutboxAbilities = {},
): new () => MigrationInterface {
  const parts = [outboxMigrationSql(service, service, abilities), sealedRowsMigrationSql(service, service)];
  return class CreateServiceTables implements MigrationInterface {
    readonly name = migrationName(number, 'create-service-tables');

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of parts.flatMap(({ up }) => up)) await runner.query(statement);
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const statement of parts.flatMap(({ down }) => down)) await runner.query(statement);
    }
  };
}
