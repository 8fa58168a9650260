import type { OwningService } from '@countersign/contracts';
import type { HashParameters } from '@countersign/hashing';
import type { TogetherBounds } from '@countersign/messaging/server';
import {
  busSettings,
  databaseSettings,
  type KeyRingPlace,
  type Settings,
  type SettingsOf,
  serviceSettings,
  wholeNumber,
} from '@countersign/settings';
import { z } from 'zod';

const sharedSettings = { ...serviceSettings, ...busSettings, ...databaseSettings } as const;

/** Settings of which each service has its own, so that the environment of one process can hold those of all. */
const ownSettings = {
  KEY_RING_FILE: {
    schema: z.string().min(1),
    optional: true,
    description:
      'file (mode 600, or 640 when root owns it) with the key ring that seals secrets; read again when it changes',
  },
  KEY_RING: {
    schema: z.string().min(1),
    optional: true,
    secret: true,
    description: 'the key ring itself, as JSON text, instead of a file',
  },
  RESEAL_INTERVAL_SECONDS: {
    schema: wholeNumber(1, 86_400),
    default: '30',
    description: 'how often to look for values that are not sealed with the current key yet, seconds',
  },
  ARGON2_MEMORY_KIB: {
    schema: wholeNumber(8, 4_194_304),
    default: '19456',
    description: 'memory of one hash of a password, PIN or answer, KiB (argon2id m); below 7168 only for tests',
  },
  ARGON2_ITERATIONS: {
    schema: wholeNumber(1, 1_000),
    default: '2',
    description: 'passes of one such hash (argon2id t)',
  },
  ARGON2_PARALLELISM: { schema: wholeNumber(1, 64), default: '1', description: 'lanes of one such hash (argon2id p)' },
  HASHING_QUEUE_LIMIT: {
    schema: wholeNumber(1, 10_000),
    default: '64',
    description: 'such hashes that may wait; one more is refused at once with 503',
  },
  READ_BATCH_ITEMS: {
    schema: wholeNumber(1, 1_000),
    default: '64',
    description: 'reads that share a statement at most, where reads share one',
  },
  READ_CONCURRENCY: {
    schema: wholeNumber(1, 100),
    default: '2',
    description: 'such statements of an operation under way at once; while all are, reads gather',
  },
  WRITE_BATCH_ITEMS: {
    schema: wholeNumber(1, 1_000),
    default: '64',
    description: 'changes that share a transaction at most, where changes share one',
  },
  WRITE_CONCURRENCY: {
    schema: wholeNumber(1, 100),
    default: '3',
    description: 'such transactions of an operation under way at once; while all are, changes gather',
  },
} as const;

type Own = typeof ownSettings;
type Named<Service extends OwningService, D> = {
  readonly [Name in keyof D & string as `${Uppercase<Service>}_${Name}`]: D[Name];
};

/** What every service with tables can be told from outside: `DIRECTORY_KEY_RING_FILE` of the directory, and so on. */
export function hostedSettings<Service extends OwningService>(
  service: Service,
): typeof sharedSettings & Named<Service, Own> {
  const own = Object.entries(ownSettings).map(([name, declaration]) => [nameOf(service, name), declaration]);
  return { ...sharedSettings, ...(Object.fromEntries(own) as Named<Service, Own>) };
}

/** Settings of any service with tables; those of its own are read by {@link ownSettingsOf}. */
export type HostedServiceSettings = SettingsOf<Settings<typeof sharedSettings>>;

/** What hosting needs of the settings that a service has under its own name. */
export interface OwnSettings {
  readonly keyRing: KeyRingPlace;
  readonly hashing: { readonly parameters: HashParameters; readonly queueLimit: number };
  readonly resealEveryMs: number;
  readonly together: TogetherBounds;
}

export function ownSettingsOf(service: OwningService, settings: HostedServiceSettings): OwnSettings {
  const given = settings as unknown as Readonly<Record<string, unknown>>;
  const own = Object.fromEntries(
    Object.keys(ownSettings).map((name) => [name, given[nameOf(service, name)]]),
  ) as SettingsOf<Settings<Own>>;
  const { KEY_RING_FILE: file, KEY_RING: inline } = own;
  return {
    keyRing: {
      setting: nameOf(service, 'KEY_RING'),
      ...(file !== undefined && { file }),
      ...(inline !== undefined && { inline: inline.reveal() }),
    },
    hashing: {
      parameters: {
        memoryKib: own.ARGON2_MEMORY_KIB,
        iterations: own.ARGON2_ITERATIONS,
        parallelism: own.ARGON2_PARALLELISM,
      },
      queueLimit: own.HASHING_QUEUE_LIMIT,
    },
    together: {
      none: { items: own.READ_BATCH_ITEMS, concurrency: own.READ_CONCURRENCY },
      changes: { items: own.WRITE_BATCH_ITEMS, concurrency: own.WRITE_CONCURRENCY },
    },
    resealEveryMs: own.RESEAL_INTERVAL_SECONDS * 1_000,
  };
}

function nameOf(service: OwningService, name: string): string {
  return `${service.toUpperCase()}_${name}`;
}
