import {
  busSettings,
  databaseSettings,
  type KeyRingPlace,
  type Settings,
  type SettingsOf,
  serviceSettings,
} from '@countersign/settings';

/** The groups of settings that every service with tables has. */
export const hostedServiceSettings = { ...serviceSettings, ...busSettings, ...databaseSettings } as const;
export type HostedServiceSettings = SettingsOf<Settings<typeof hostedServiceSettings>>;

/** Where a key ring is, as two settings say it: a file, or its text. */
export function keyRingPlace(file: string | undefined, inline: { reveal(): string } | undefined): KeyRingPlace {
  return { ...(file === undefined ? {} : { file }), ...(inline === undefined ? {} : { inline: inline.reveal() }) };
}
