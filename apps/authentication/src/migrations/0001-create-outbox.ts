import { outboxMigrationSql } from '@countersign/outbox';
import { migrationName } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const sql = outboxMigrationSql('authentication', 'authentication');

export class CreateOutbox implements MigrationInterface {
  readonly name = migrationName(1, 'create-outbox');

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of sql.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of sql.down) await runner.query(statement);
  }
}
