import { outboxMigrationSql } from '@countersign/outbox';
import { migrationName } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users alone are ever erased. Who has stolen the runtime role can forge a row of an erased one, but not beside the user. */
const erasesPersonalWhen = `$1 = 'user' and exists (select from directory.erased_user where id = $2::uuid)
  and not exists (select from directory.user where id = $2::uuid)`;

const { up, down } = outboxMigrationSql('directory', 'directory', { erasesPersonalWhen });

export class CreateOutbox implements MigrationInterface {
  readonly name = migrationName(2, 'create-outbox');

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
