import type { Logger } from '@countersign/observability';
import type { Application } from './application.js';
import type { Dialect } from './dialect.js';
import type { ApplicationFacts } from './scheme.js';

/**
 * An application as a dialect knows it. Settings of the dialect that do not fit leave the realm misconfigured, and one
 * line in the log says which and why, never a value. Unknown names may be those of a newer gateway: they only warn.
 */
export function applicationOf(facts: ApplicationFacts, dialect: Dialect, logger: Logger): Application {
  const { applicationId, realm, profile, permissions, settings: realmSettings } = facts;
  const written = realmSettings.dialects[dialect.name] ?? {};
  const parsed = dialect.settings.safeParse(written);
  if (parsed.error !== undefined) {
    const faults = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), rule: message }));
    logger.error({ realm, dialect: dialect.name, faults }, 'settings of a dialect do not fit');
  }
  const unknown = parsed.success ? unknownNames(written, parsed.data) : [];
  if (unknown.length > 0) logger.warn({ realm, dialect: dialect.name, unknown }, 'unknown settings of a dialect');
  return {
    applicationId,
    realm,
    profile,
    permissions: new Set(permissions),
    realmSettings,
    settings: parsed.success ? parsed.data : dialect.settings.parse({}),
    isMisconfigured: !parsed.success,
  };
}

/** Names that were written and not read. */
function unknownNames(written: object, read: unknown, path = ''): readonly string[] {
  if (!isPlainObject(read)) return [];
  return Object.entries(written).flatMap(([name, value]) => {
    if (!Object.hasOwn(read, name)) return [path + name];
    return isPlainObject(value) ? unknownNames(value, read[name], `${path}${name}.`) : [];
  });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
