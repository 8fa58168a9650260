import { busSettings, databaseRolePrefix, defineSettings, type SettingsOf, wholeNumber } from '@countersign/settings';
import { z } from 'zod';
import { databaseServer, listenAddress, natsServers } from './addresses.js';

const secretFolder = {
  COUNTERSIGN_SECRETS: {
    schema: z.string().min(1),
    description:
      'folder of the secrets, with a folder for each program that gets some: gateway, directory, directory-owner',
  },
} as const;

/** What each task of the provisioner can be told. */
export const settings = {
  secrets: defineSettings('provisioner secrets', {
    ...secretFolder,
    NATS_SERVERS: {
      schema: natsServers,
      description: 'NATS servers that the made addresses lead to, without credentials, separated by commas',
    },
    DATABASE_SERVER: {
      schema: databaseServer,
      description: 'PostgreSQL that the made addresses lead to, without credentials: postgres://host:5432/database',
    },
    DATABASE_ROLE_PREFIX: databaseRolePrefix,
    DATABASE_SUPERUSER: {
      schema: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is not a plain role name'),
      optional: true,
      description: 'superuser of a PostgreSQL that is made together with the rest: a password is made for it too',
    },
  }),
  'bus-configuration': defineSettings('provisioner bus-configuration', {
    ...secretFolder,
    BUS_CONFIGURATION_FILE: {
      schema: z.string().min(1),
      optional: true,
      description: 'file to write (mode 600); stdout when absent',
    },
    BUS_CONFIGURATION_FORM: {
      schema: z.enum(['server', 'accounts']),
      default: 'server',
      description: 'server: all of a nats-server; accounts: two accounts, to be included in the accounts of a cluster',
    },
    BUS_LISTEN: {
      schema: listenAddress,
      default: '0.0.0.0:4222',
      description: 'where that server listens, host:port; 0.0.0.0 is each address of IPv4 and IPv6 (form server)',
    },
    BUS_MONITOR: {
      schema: listenAddress,
      optional: true,
      description: 'where it answers health checks without credentials, host:port (form server)',
    },
    BUS_STORE: {
      schema: z.string().min(1),
      default: '/data',
      description: 'folder of its JetStream (form server)',
    },
    BUS_STORE_BYTES: {
      schema: wholeNumber(64 * 1024 ** 2, 999_999_999_999_999),
      optional: true,
      description:
        'bytes that the account of the streams may store; when absent, as many as the server has, which form server sets to 5 GiB',
    },
  }),
  database: defineSettings('provisioner database', {
    ...secretFolder,
    DATABASE_URL: {
      schema: z.string().min(1),
      secret: true,
      description:
        'PostgreSQL and the database as a superuser, or as a role that may create roles and owns the database',
    },
  }),
  streams: defineSettings('provisioner streams', {
    ...busSettings,
    NATS_URL: { ...busSettings.NATS_URL, description: 'NATS servers as the user provisioner, separated by commas' },
    STREAM_REPLICAS: {
      schema: wholeNumber(1, 5),
      default: '1',
      description: 'copies of each stream: 3 in a cluster',
    },
    STREAM_MAX_AGE_DAYS: {
      schema: wholeNumber(1, 365),
      default: '7',
      description: 'how long an event may be fetched, days; the outbox keeps its rows longer',
    },
    STREAM_MAX_BYTES: {
      schema: wholeNumber(1024 ** 2, 999_999_999_999_999),
      default: String(2 * 1024 ** 3),
      description: 'bytes after which the oldest events of a stream make room; less where NATS has less to give',
    },
  }),
} as const;

type TaskSettings<Name extends keyof typeof settings> = SettingsOf<(typeof settings)[Name]>;
export type SecretsSettings = TaskSettings<'secrets'>;
export type BusConfigurationSettings = TaskSettings<'bus-configuration'>;
export type DatabaseSettings = TaskSettings<'database'>;
export type StreamsSettings = TaskSettings<'streams'>;
