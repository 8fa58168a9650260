import {
  busSettings,
  databaseSettings,
  defineSettings,
  flag,
  type SettingsOf,
  serviceSettings,
  wholeNumber,
} from '@countersign/settings';
import { z } from 'zod';
import { longestSkewSeconds } from './claims/claim-epoch.policy.js';

/** Everything the authentication service can be told from outside. */
export const settings = defineSettings('authentication', {
  ...serviceSettings,
  ...busSettings,
  ...databaseSettings,
  AUTHENTICATION_KEY_RING_FILE: {
    schema: z.string().min(1),
    optional: true,
    description:
      'file (mode 600, or 640 when root owns it) with the key ring that seals secrets; read again when it changes',
  },
  AUTHENTICATION_KEY_RING: {
    schema: z.string().min(1),
    optional: true,
    secret: true,
    description: 'the key ring itself, as JSON text, instead of a file',
  },
  AUTHENTICATION_RESEAL_INTERVAL_SECONDS: {
    schema: wholeNumber(1, 86_400),
    default: '30',
    description: 'how often to look for values that are not sealed with the current key yet, seconds',
  },
  AUTHENTICATION_SKEW_SECONDS: {
    schema: wholeNumber(1, longestSkewSeconds),
    default: '300',
    description: "how far the date of a signed request may lie from the database's clock, each way, seconds",
  },
  AUTHENTICATION_STANDBY_IS_SYNCHRONOUS: {
    schema: flag,
    default: 'false',
    description:
      'true only if every commit waits for the standby that may be promoted: then a promotion shuts the door for about 2 s instead of 15 min',
  },
  AUTHENTICATION_ARGON2_MEMORY_KIB: {
    schema: wholeNumber(8, 4_194_304),
    default: '19456',
    description: 'memory of one password hash, KiB (argon2id m); below 7168 only for tests',
  },
  AUTHENTICATION_ARGON2_ITERATIONS: {
    schema: wholeNumber(1, 1_000),
    default: '2',
    description: 'passes of one password hash (argon2id t)',
  },
  AUTHENTICATION_ARGON2_PARALLELISM: {
    schema: wholeNumber(1, 64),
    default: '1',
    description: 'lanes of one password hash (argon2id p)',
  },
  AUTHENTICATION_HASHING_QUEUE_LIMIT: {
    schema: wholeNumber(1, 10_000),
    default: '64',
    description: 'password hashes that may wait; one more is refused at once with 503',
  },
});

export type AuthenticationSettings = SettingsOf<typeof settings>;
