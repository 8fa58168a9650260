import { assertPlainName } from '@countersign/persistence';
import type { RealmColumns } from './realm-columns.js';

/**
 * Statements for a migration that makes `realm`, the service's copy of the realms. A realm is never deleted, and keeps
 * its id, name and profile.
 */
export function realmsMigrationSql(
  schema: string,
  runtimeRole: string,
  columns: RealmColumns = {},
): { up: string[]; down: string[] } {
  const names = Object.keys(columns);
  for (const name of [schema, ...names]) assertPlainName(name);
  return {
    up: [
      `create table ${schema}.realm (
         id uuid not null constraint realm_pkey primary key,
         name text not null constraint realm_name_key unique,
         profile text not null,
         settings jsonb not null,
         settings_version integer not null default 1,
         ${Object.entries(columns)
           .map(([name, { sql }]) => `${name} ${sql},`)
           .join('\n')}
         created_at timestamptz not null default now(),
         updated_at timestamptz not null default now())`,
      `grant select, insert, update (${['settings', 'settings_version', ...names, 'updated_at'].join(', ')})
         on ${schema}.realm to ${runtimeRole}`,
    ],
    down: [`drop table ${schema}.realm`],
  };
}
