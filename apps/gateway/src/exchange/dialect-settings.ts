import type { Logger } from '@countersign/observability';
import type { Application } from './application.js';
import type { Dialect } from './dialect.js';
import type { ApplicationFacts } from './scheme.js';

export interface DialectSettingsParts {
  readonly dialect: Dialect;
  /** Names of all dialects of the gateway. */
  readonly spoken: readonly string[];
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/**
 * Reads applications as a dialect knows them. Settings of the dialect that do not fit leave the realm misconfigured, and
 * the log says which and why, never a value. Unknown names may be those of a newer gateway: they only warn.
 *
 * Anybody can have an application read again with a made-up signature, so each of its versions is logged once.
 */
export class DialectSettings {
  private readonly logged = new Map<string, number>();

  constructor(private readonly parts: DialectSettingsParts) {}

  /** @param facts as one read of a credential told them */
  applicationOf(facts: ApplicationFacts): Application {
    const { dialect, spoken } = this.parts;
    const { applicationId, realm, profile, permissions, settings: realmSettings } = facts;
    const written = realmSettings.dialects[dialect.name] ?? {};
    const parsed = dialect.settings.safeParse(written);
    const faults = (parsed.error?.issues ?? []).map(({ path, message }) => ({ field: path.join('.'), rule: message }));
    const unknown = [
      ...Object.keys(realmSettings.dialects).filter((name) => !spoken.includes(name)),
      ...(parsed.success ? unknownNames(written, parsed.data, `${dialect.name}.`) : []),
    ];
    if (faults.length + unknown.length > 0) this.log(facts, faults, unknown);
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

  private log(
    { applicationId, version, realm }: ApplicationFacts,
    faults: readonly object[],
    unknown: readonly string[],
  ) {
    const last = this.logged.get(applicationId);
    if (last !== undefined && last >= version) return;
    this.logged.delete(applicationId);
    this.logged.set(applicationId, version);
    for (const oldest of this.logged.keys()) {
      if (this.logged.size <= MOST_REMEMBERED) break;
      this.logged.delete(oldest);
    }
    const { dialect, logger } = this.parts;
    const of = { realm, applicationId, version, dialect: dialect.name };
    if (faults.length > 0) logger.error({ ...of, ...first('faults', faults) }, 'settings of a dialect do not fit');
    if (unknown.length > 0) logger.warn({ ...of, ...first('unknown', unknown) }, 'unknown settings of dialects');
  }
}

/** Applications whose last logged version is remembered. */
const MOST_REMEMBERED = 10_000;
const MOST_NAMED = 8;

function first(name: string, found: readonly unknown[]): Record<string, unknown> {
  const leftOut = found.length - MOST_NAMED;
  return { [name]: found.slice(0, MOST_NAMED), ...(leftOut > 0 ? { leftOut } : {}) };
}

/** Names that were written and not read. */
function unknownNames(written: object, read: unknown, path: string): readonly string[] {
  if (!isPlainObject(read)) return [];
  return Object.entries(written).flatMap(([name, value]) => {
    if (!Object.hasOwn(read, name)) return [path + name];
    return isPlainObject(value) ? unknownNames(value, read[name], `${path}${name}.`) : [];
  });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
