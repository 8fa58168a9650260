import type { Principal } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import type { busSettings, Settings, SettingsOf } from '@countersign/settings';
import type { BusOptions } from './bus.js';

/** The settings group of the bus, parsed, and the name of the replica. */
export type BusSettings = Omit<SettingsOf<Settings<typeof busSettings>>, 'BUS_DEADLINE_MS'> & {
  readonly COUNTERSIGN_INSTANCE?: string | undefined;
};

/**
 * How a process connects by its settings.
 * @param fallbackInstance names the replica when the settings do not
 */
export function busOptionsOf(
  settings: BusSettings,
  user: Principal,
  fallbackInstance: number | string,
  logger?: Logger,
): BusOptions {
  return {
    url: settings.NATS_URL.reveal(),
    setting: 'NATS_URL',
    name: `${user}-${settings.COUNTERSIGN_INSTANCE ?? fallbackInstance}`,
    user,
    inboxPrefix: settings.NATS_INBOX_PREFIX,
    credentials: { credsFile: settings.NATS_CREDS, nkeySeedFile: settings.NATS_NKEY_SEED_FILE },
    tls: { caFile: settings.NATS_CA, certFile: settings.NATS_CERT, keyFile: settings.NATS_KEY },
    logger,
  };
}
