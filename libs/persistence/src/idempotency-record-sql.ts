import { assertPlainName } from './data-source.js';

/** Statements that make and drop `idempotency_record`, for the migration that makes a service's first tables. */
export function idempotencyRecordSql(schema: string, runtimeRole: string): { up: string[]; down: string[] } {
  assertPlainName(schema);
  const table = `${schema}.idempotency_record`;
  return {
    up: [
      `create table ${table} (
         key_hash bytea not null constraint idempotency_record_pkey primary key,
         operation text not null,
         sealed_answer bytea,
         sealing_key_id text,
         handled_at timestamptz not null default now())`,
      `create index idempotency_record_handled_at_idx on ${table} (handled_at)`,
      `create index idempotency_record_sealing_key_id_idx on ${table} (sealing_key_id)`,
      `grant select, insert, delete on ${table} to ${runtimeRole}`,
      `grant update (sealed_answer, sealing_key_id) on ${table} to ${runtimeRole}`,
    ],
    down: [`drop table ${table}`],
  };
}
