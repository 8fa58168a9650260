import { migrationName, runtimeRoleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `create table directory.user_identity (
    id uuid constraint user_identity_pkey primary key,
    settled_at timestamptz not null default now()
  )`,
  `create table directory.user (
    id uuid constraint user_pkey primary key constraint user_id_fkey references directory.user_identity (id),
    realm_id uuid not null constraint user_realm_id_fkey references directory.realm (id),
    user_id text not null,
    user_key text collate "C" not null,
    aliases text[],
    alias_keys text[] collate "C",
    display_name text,
    given_name text,
    family_name text,
    family_name_key text collate "C",
    locale text,
    timezone text,
    external_id text,
    notes text,
    state text not null default 'active' constraint user_state_check check (
      state in ('pending', 'active', 'suspended', 'locked', 'password_expired', 'disabled', 'deleted')),
    state_reason text,
    state_changed_at timestamptz not null default now(),
    activated_at timestamptz,
    contacts json,
    attributes jsonb not null default '{}',
    questions jsonb not null default '{}',
    sealed_secrets bytea,
    sealing_key_id text collate "C",
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint user_realm_id_user_key_key unique (realm_id, user_key),
    constraint user_id_realm_id_key unique (id, realm_id),
    constraint user_sealed_check check ((sealed_secrets is null) = (sealing_key_id is null))
  )`,
  // The count per key and the walk of the re-sealing read this index and nothing else.
  'create index user_sealing_key_id_id_idx on directory.user (sealing_key_id, id) where sealing_key_id is not null',
  // Each list of users is one range of one of these, or of the unique key of user ids. Almost all users are active:
  // an index of all would cost every import more than it saves a list of the active users of a realm.
  `create index user_realm_id_state_user_key_idx on directory.user (realm_id, state, user_key)
    where state <> 'active'`,
  `create index user_realm_id_family_name_key_id_idx on directory.user (realm_id, family_name_key, id)
    where family_name_key is not null`,
  // Rows are rewritten in place by updates: room for them keeps the new version on the page (no index is touched).
  'alter table directory.user set (fillfactor = 85)',
  `create table directory.user_alias (
    realm_id uuid not null,
    alias_key text collate "C" not null,
    user_uuid uuid not null,
    constraint user_alias_pkey primary key (realm_id, alias_key),
    constraint user_alias_realm_id_user_uuid_fkey foreign key (realm_id, user_uuid) references directory.user (realm_id, id)
  )`,
  'create index user_alias_user_uuid_idx on directory.user_alias (user_uuid)',
  `create table directory.contact (
    id uuid constraint contact_pkey primary key,
    user_uuid uuid not null,
    realm_id uuid not null,
    channel text not null constraint contact_channel_check check (channel in ('email', 'phone')),
    position smallint not null,
    value text not null,
    value_key text collate "C",
    kind text not null,
    label text,
    extension text,
    details jsonb,
    verified_at timestamptz,
    added_at timestamptz not null,
    constraint contact_user_uuid_channel_position_key unique (user_uuid, channel, position),
    constraint contact_realm_id_user_uuid_fkey foreign key (realm_id, user_uuid) references directory.user (realm_id, id)
  )`,
  // Users are found by mail addresses, never by phones: these have no key.
  `create index contact_realm_id_value_key_user_uuid_idx on directory.contact (realm_id, value_key, user_uuid)
    where channel = 'email'`,
  `create table directory.erased_user (
    id uuid constraint erased_user_pkey primary key
      constraint erased_user_id_fkey references directory.user_identity (id),
    realm_id uuid not null constraint erased_user_realm_id_fkey references directory.realm (id),
    erased_at timestamptz not null default now()
  )`,
  `create table directory.group (
    id uuid constraint group_pkey primary key,
    realm_id uuid not null constraint group_realm_id_fkey references directory.realm (id),
    name text not null,
    group_key text collate "C" not null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    constraint group_id_realm_id_key unique (id, realm_id)
  )`,
  // Who deletes a group frees its name at once; the row stays until its memberships are swept.
  `create unique index group_realm_id_group_key_key on directory.group (realm_id, group_key) where deleted_at is null`,
  'create index group_id_idx on directory.group (id) where deleted_at is not null',
  // Both keys carry the realm, so that no membership can cross realms (guarantee G7).
  `create table directory.membership (
    user_uuid uuid not null,
    group_uuid uuid not null,
    realm_id uuid not null,
    created_at timestamptz not null default now(),
    constraint membership_pkey primary key (user_uuid, group_uuid),
    constraint membership_realm_id_user_uuid_fkey foreign key (realm_id, user_uuid) references directory.user (realm_id, id),
    constraint membership_realm_id_group_uuid_fkey foreign key (realm_id, group_uuid) references directory.group (realm_id, id)
  )`,
  'create index membership_group_uuid_user_uuid_idx on directory.membership (group_uuid, user_uuid)',
];

const rightsOf = (runtimeRole: string) => [
  `grant select, insert on directory.user_identity to ${runtimeRole}`,
  `grant select, insert, delete, update (user_id, user_key, aliases, alias_keys, display_name, given_name, family_name,
      family_name_key, locale, timezone, external_id, notes, state, state_reason, state_changed_at, activated_at, contacts,
      attributes, questions, sealed_secrets, sealing_key_id, updated_at)
    on directory.user to ${runtimeRole}`,
  `grant select, insert, delete on directory.user_alias to ${runtimeRole}`,
  `grant select, insert, delete, update (kind, label, extension, details) on directory.contact to ${runtimeRole}`,
  `grant select, insert on directory.erased_user to ${runtimeRole}`,
  `grant select, insert, update (name, group_key, deleted_at), delete on directory.group to ${runtimeRole}`,
  `grant select, insert, delete on directory.membership to ${runtimeRole}`,
];

const down = [
  'drop table directory.membership',
  'drop table directory.group',
  'drop table directory.erased_user',
  'drop table directory.contact',
  'drop table directory.user_alias',
  'drop table directory.user',
  'drop table directory.user_identity',
];

export class CreateUsersAndGroups implements MigrationInterface {
  readonly name = migrationName(2, 'create-users-and-groups');

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...rightsOf(await runtimeRoleOf(runner))]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
