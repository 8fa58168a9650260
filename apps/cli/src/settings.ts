import { busSettings, defineSettings, type SettingsOf } from '@countersign/settings';
import { z } from 'zod';

const { NATS_URL, BUS_DEADLINE_MS, ...busFiles } = busSettings;

/** What the command line reads from the environment; flags overrule it, a stored context and the demo file do not. */
export const settings = defineSettings('cli', {
  COUNTERSIGN_CONTEXT: { schema: z.string(), optional: true, description: 'name of the stored context to use' },
  COUNTERSIGN_URL: { schema: z.url(), optional: true, description: 'address of the gateway, http://host:port' },
  COUNTERSIGN_REALM: { schema: z.string(), optional: true, description: 'realm that commands act on' },
  COUNTERSIGN_APPLICATION: {
    schema: z.string(),
    optional: true,
    description: 'id of the application that requests are signed as',
  },
  COUNTERSIGN_KEY_FILE: {
    schema: z.string(),
    optional: true,
    description: 'file that holds the key of the application, as 64 hex digits or as JSON',
  },
  COUNTERSIGN_TIMEOUT: {
    schema: z.string(),
    optional: true,
    description: 'longest wait of a command, such as 30s or 5m',
  },
  COUNTERSIGN_DATA: {
    schema: z.string(),
    optional: true,
    description: 'data folder of the embedded system; by default .countersign here or in a folder above',
  },
  COUNTERSIGN_PORT: {
    schema: z.string().regex(/^[0-9]{1,5}$/, 'is not a port'),
    default: '8080',
    description: 'port of the gateway that npm start brings up; doctor looks whether it is free',
  },
  XDG_CONFIG_HOME: {
    schema: z.string(),
    optional: true,
    description: 'folder of the stored contexts; by default .config in the home folder',
  },
  NATS_URL: { ...NATS_URL, optional: true },
  ...busFiles,
  NO_COLOR: { schema: z.string(), optional: true, description: 'any value turns colours off' },
  FORCE_COLOR: { schema: z.string(), optional: true, description: 'any value but 0 turns colours on' },
  TERM: { schema: z.string(), optional: true, description: 'kind of terminal; dumb turns colours off' },
});

export type CliSettings = SettingsOf<typeof settings>;
