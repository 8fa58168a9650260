import {
  commaList,
  databaseRolePrefix,
  defineSettings,
  flag,
  type SettingsOf,
  serviceSettings,
} from '@countersign/settings';
import { z } from 'zod';

/** Settings of the process that holds everything; the services in it read their own from the same environment. */
export const settings = defineSettings('all-in-one', {
  ...serviceSettings,
  COUNTERSIGN_PORT: {
    ...serviceSettings.COUNTERSIGN_PORT,
    default: '8080',
    description: 'port of the API; 0 = any free port',
  },
  LOG_LEVEL: { ...serviceSettings.LOG_LEVEL, default: 'warn' },
  COUNTERSIGN_DATA: {
    schema: z.string().min(1),
    default: '.countersign',
    description: 'folder that keeps database, streams, keys and demo credentials',
  },
  NATS_URL: {
    schema: z.string().min(1),
    optional: true,
    secret: true,
    description: 'an existing NATS (JetStream on); when set, no nats-server is started',
  },
  DATABASE_URL: {
    schema: z.string().min(1),
    optional: true,
    secret: true,
    description: 'an existing PostgreSQL, as a role that may create roles and schemas; when set, none is started',
  },
  DATABASE_ROLE_PREFIX: databaseRolePrefix,
  COUNTERSIGN_NATS_SERVER: {
    schema: z.string().min(1),
    optional: true,
    description: 'path of the nats-server to start, when it is neither in PATH nor fetched',
  },
  COUNTERSIGN_DEMO: {
    schema: flag,
    default: 'yes',
    description: 'whether a first start makes the demo realm, its application and its users',
  },
  TRUSTED_PROXIES: {
    schema: commaList,
    default: '',
    description: 'addresses or networks of proxies whose forwarded headers count',
  },
});

export type AllInOneSettings = SettingsOf<typeof settings>;
