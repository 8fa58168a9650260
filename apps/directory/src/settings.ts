import {
  busSettings,
  databaseSettings,
  defineSettings,
  type SettingsOf,
  serviceSettings,
  wholeNumber,
} from '@countersign/settings';
import { z } from 'zod';

/** Everything the directory can be told from outside. */
export const settings = defineSettings('directory', {
  ...serviceSettings,
  ...busSettings,
  ...databaseSettings,
  DIRECTORY_KEY_RING_FILE: {
    schema: z.string().min(1),
    optional: true,
    description:
      'file (mode 600, or 640 when root owns it) with the key ring that seals PINs and answers; read again when it changes',
  },
  DIRECTORY_KEY_RING: {
    schema: z.string().min(1),
    optional: true,
    secret: true,
    description: 'the key ring itself, as JSON text, instead of a file',
  },
  DIRECTORY_RESEAL_INTERVAL_SECONDS: {
    schema: wholeNumber(1, 86_400),
    default: '30',
    description: 'how often to look for values that are not sealed with the current key yet, seconds',
  },
  DIRECTORY_ARGON2_MEMORY_KIB: {
    schema: wholeNumber(8, 4_194_304),
    default: '19456',
    description: 'memory of one hash of a PIN or answer in a strict realm, KiB (argon2id m); below 7168 only for tests',
  },
  DIRECTORY_ARGON2_ITERATIONS: {
    schema: wholeNumber(1, 1_000),
    default: '2',
    description: 'passes of one such hash (argon2id t)',
  },
  DIRECTORY_ARGON2_PARALLELISM: {
    schema: wholeNumber(1, 64),
    default: '1',
    description: 'lanes of one such hash (argon2id p)',
  },
  DIRECTORY_HASHING_QUEUE_LIMIT: {
    schema: wholeNumber(1, 10_000),
    default: '64',
    description: 'such hashes that may wait; one more is refused at once with 503',
  },
  DIRECTORY_READ_BATCH_ITEMS: {
    schema: wholeNumber(1, 1_000),
    default: '64',
    description: 'reads of users that share a statement at most',
  },
  DIRECTORY_READ_CONCURRENCY: {
    schema: wholeNumber(1, 100),
    default: '2',
    description: 'such statements under way at once; while all are, reads gather',
  },
  DIRECTORY_WRITE_BATCH_ITEMS: {
    schema: wholeNumber(1, 1_000),
    default: '64',
    description: 'updates of users that share a transaction at most',
  },
  DIRECTORY_WRITE_CONCURRENCY: {
    schema: wholeNumber(1, 100),
    default: '3',
    description: 'such transactions under way at once; while all are, updates gather',
  },
});

export type DirectorySettings = SettingsOf<typeof settings>;
