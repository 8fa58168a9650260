import { z } from 'zod';
import { attributeDeclaration } from './attributes.js';
import { groupName, text } from './names.js';
import { attributeName, mostAttributes, userField } from './user.js';

/**
 * `compat` shows secrets to applications as vendors' contracts demand; `strict` keeps to NIST SP 800-63B-4
 * (docs/guides/realm-profiles.md).
 */
export const realmProfiles = Object.freeze(['compat', 'strict'] as const);
export type RealmProfile = (typeof realmProfiles)[number];

/** Name of a dialect of the gateway, as its folder is named. */
const dialectName = z.string().regex(/^[a-z][a-z0-9]{0,30}$/, 'is not 1 to 31 of a-z and 0-9, a letter first');
/** UTF-16 units of the JSON of all dialects' settings. */
const longestDialectSettings = 32_768;

/** How deep the value of a setting of a dialect nests. What recurses over settings never runs out of stack. */
const deepestValue = 8;
/** A change of settings holds it by setting, dialect and name. */
const deepestChange = deepestValue + 2;

/** Level by level, for a text of JSON may nest deeper than any stack. */
function nestsAtMost(depth: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let left = depth; left >= 0; left -= 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return true;
  }
  return false;
}

const boundedJson = z
  .unknown()
  .refine((value) => nestsAtMost(deepestValue, value), { error: `nests deeper than ${deepestValue}`, abort: true })
  .pipe(z.json());

/**
 * Settings by dialect. The gateway parses them with the dialect's own schema; to everything else they are opaque. A
 * realm whose dialect settings do not fit is answered 503 by the gateway, which logs the field and the rule.
 */
const dialectSettings = z
  .record(dialectName, z.record(text(50), boundedJson))
  .refine(
    (dialects) => JSON.stringify(dialects).length <= longestDialectSettings,
    `is longer than ${longestDialectSettings} characters as JSON`,
  );

/** What an operator may set per realm. Every field has a default, so that settings only grow. */
export const realmSettings = z.object({
  /** Refuse a mail address that another user of the realm has. */
  uniqueEmail: z.boolean().default(false),
  /** When not empty, a user in none of these groups may not sign in. */
  requiredGroups: z.array(groupName).max(50).default([]),
  /** Fields of a user that applications may read but not write. */
  readOnlyFields: z.array(userField).max(100).default([]),
  /** The realm's own attributes of users, beside those that every realm has (`attributeDefinitionOf`). */
  attributes: z
    .record(attributeName, attributeDeclaration)
    .refine((schema) => Object.keys(schema).length <= mostAttributes, `has more than ${mostAttributes} attributes`)
    .default({}),
  dialects: dialectSettings.default({}),
});
export type RealmSettings = z.output<typeof realmSettings>;

/** Of JSON. Every gateway that serves a realm keeps its settings, and each read of a credential brings them. */
export const mostSettingsBytes = 65_536;

/** Settings as they may be stored. What is stored is not measured again each time that it is read. */
function areStorable(settings: RealmSettings): boolean {
  return Buffer.byteLength(JSON.stringify(settings)) <= mostSettingsBytes;
}
const settingsTooLong = `settings have more than ${mostSettingsBytes} bytes of JSON together`;
export const newRealmSettings = realmSettings.refine(areStorable, settingsTooLong);

/**
 * The settings as they are kept and handed on between services: with those that a newer program has added, which one
 * that does not know them must not lose while both run.
 */
export const keptRealmSettings = realmSettings.loose();
const changedRealmSettings = keptRealmSettings.refine(areStorable, settingsTooLong);

/**
 * Some settings of a realm, to be changed. Of a setting that is an object, some keys. Their values are judged together
 * with those that stay.
 */
export const realmSettingChanges = z
  .record(
    text(50),
    z.unknown().refine((value) => nestsAtMost(deepestChange, value), `nests deeper than ${deepestChange}`),
  )
  .refine((map) => Object.keys(map).every((name) => Object.hasOwn(realmSettings.shape, name)), 'an unknown setting');

/**
 * The settings after a change. `null` puts a setting back to its default. A setting that is an object changes key by
 * key: a key that is absent stays, and `null` removes one, or puts it back to its default.
 * @throws ZodError when a name is unknown or a value does not fit
 */
export function changedSettings(before: RealmSettings, changes: z.output<typeof realmSettingChanges>): RealmSettings {
  return changedRealmSettings.parse(merged(before, realmSettingChanges.parse(changes)));
}

function merged(before: object, changes: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(before));
  for (const [name, value] of Object.entries(changes)) {
    const old = values.get(name);
    if (value === null) values.delete(name);
    else values.set(name, isPlainObject(value) ? merged(isPlainObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(values);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an application may ask for; each can be switched off. */
export const permissions = Object.freeze([
  'user-management',
  'user-deletion',
  'administrator-reset',
  'self-service-change',
  'group-association',
  'authentication',
] as const);
export type Permission = (typeof permissions)[number];

/** The permissions of an application that is registered without any: none of them allows what cannot be undone. */
export const defaultPermissions: readonly Permission[] = Object.freeze(
  permissions.filter((permission) => permission !== 'user-deletion'),
);
