import { outboxMigrationSql } from '@countersign/outbox';
import { migrationName } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const { up, down } = outboxMigrationSql('directory', 'directory');

export class CreateOutbox implements MigrationInterface {
  readonly name = migrationName(2, 'create-outbox');

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
