import { assertPlainName } from './data-source.js';

/** Statements that make and drop `handled_request`, for the migration that makes a service's first tables. */
export function handledRequestSql(schema: string, runtimeRole: string): { up: string[]; down: string[] } {
  assertPlainName(schema);
  assertPlainName(runtimeRole);
  const table = `${schema}.handled_request`;
  return {
    up: [
      `create table ${table} (
         key_hash bytea not null constraint handled_request_pkey primary key,
         operation text not null,
         sealed_answer bytea,
         sealing_key_id text,
         handled_at timestamptz not null default now())`,
      `create index handled_request_handled_at_idx on ${table} (handled_at)`,
      `create index handled_request_sealing_key_id_idx on ${table} (sealing_key_id)`,
      `grant select, insert, delete on ${table} to ${runtimeRole}`,
      `grant update (sealed_answer, sealing_key_id) on ${table} to ${runtimeRole}`,
    ],
    down: [`drop table ${table}`],
  };
}
