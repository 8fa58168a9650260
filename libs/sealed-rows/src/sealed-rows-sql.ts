import { assertPlainName } from '@countersign/persistence';

/** Statements for the migration that makes a service's first tables: which rotations of its key ring have ended. */
export function sealedRowsMigrationSql(schema: string, runtimeRole: string): { up: string[]; down: string[] } {
  assertPlainName(schema);
  return {
    up: [
      `create table ${schema}.key_rotation (
         key_id text not null constraint key_rotation_pkey primary key,
         finished_at timestamptz not null default now())`,
      `grant select, insert on ${schema}.key_rotation to ${runtimeRole}`,
    ],
    down: [`drop table ${schema}.key_rotation`],
  };
}
