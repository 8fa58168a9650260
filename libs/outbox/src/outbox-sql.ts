import { assertPlainName, idempotencyRecordSql, migrationTable } from '@countersign/persistence';
import { erasePersonalSql, headGuardSql, numberEventsSql } from './outbox-guard-sql.js';

/** What a change says; id and number are not its to choose. */
const recordedColumns =
  'event_id, type, version, occurred_at, realm, realm_id, actor, via, target, outcome, reason, details, personal';

/** What a service's outbox has beyond what all have. */
export interface OutboxAbilities {
  /**
   * When personal values of a target may be erased: a condition in SQL on `$1`, its kind, and `$2`, its id, both text, with
   * all tables named by their schemas. A service without it can erase none.
   */
  readonly erasesPersonalWhen?: string;
}

/**
 * Statements for the first migration of a service: `outbox`, `outbox_head` and `idempotency_record`, with the least rights
 * that the runtime role needs. Events can be added by it and numbered in their order, never changed or deleted;
 * only personal values of a target that is gone can be erased, in a service that has such.
 */
export function outboxMigrationSql(
  schema: string,
  runtimeRole: string,
  { erasesPersonalWhen }: OutboxAbilities = {},
): { up: string[]; down: string[] } {
  assertPlainName(schema);
  const records = idempotencyRecordSql(schema, runtimeRole);
  const numbering = numberEventsSql(schema, runtimeRole);
  const erasing =
    erasesPersonalWhen === undefined ? { up: [], down: [] } : erasePersonalSql(schema, runtimeRole, erasesPersonalWhen);
  const headGuard = headGuardSql(schema);
  return {
    up: [
      `create table ${schema}.outbox (
         id bigserial constraint outbox_pkey primary key,
         event_id uuid not null constraint outbox_event_id_key unique,
         type text not null,
         version integer not null,
         occurred_at timestamptz not null,
         realm text,
         realm_id uuid,
         actor jsonb not null,
         via jsonb not null,
         target jsonb not null,
         outcome text not null constraint outbox_outcome_check check (outcome in ('succeeded', 'refused')),
         reason text,
         details jsonb not null,
         personal jsonb,
         sequence bigint constraint outbox_sequence_key unique)`,
      `create index outbox_unnumbered_idx on ${schema}.outbox (id) where sequence is null`,
      `create index outbox_target_id_idx on ${schema}.outbox ((target ->> 'id')) where personal is not null`,
      `create table ${schema}.outbox_head (
         is_only boolean not null default true constraint outbox_head_pkey primary key
           constraint outbox_head_is_only_check check (is_only),
         source text not null,
         last_sequence bigint not null default 0,
         published_sequence bigint not null default 0,
         stream_sequences jsonb not null default '{}',
         marks jsonb not null default '[]')`,
      `insert into ${schema}.outbox_head (source) values ('${schema}')`,
      `grant usage on schema ${schema} to ${runtimeRole}`,
      `grant select on ${schema}.${migrationTable} to ${runtimeRole}`,
      `grant select, insert (${recordedColumns}) on ${schema}.outbox to ${runtimeRole}`,
      `grant usage on sequence ${schema}.outbox_id_seq to ${runtimeRole}`,
      `grant select on ${schema}.outbox_head to ${runtimeRole}`,
      `grant update (published_sequence, stream_sequences, marks) on ${schema}.outbox_head to ${runtimeRole}`,
      ...numbering.up,
      ...erasing.up,
      ...headGuard.up,
      ...records.up,
    ],
    down: [
      ...records.down,
      `drop table ${schema}.outbox_head`,
      `drop table ${schema}.outbox`,
      ...numbering.down,
      ...erasing.down,
      ...headGuard.down,
    ],
  };
}
