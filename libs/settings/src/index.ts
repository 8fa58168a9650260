/**
 * Settings of a program: one typed, frozen object, read from the environment at start. {@link defineSettings} declares them
 * with their defaults and descriptions; `parse` reports every fault at once ({@link SettingsFault}) and never repeats a
 * value. A secret arrives as a `Secret` and may be given as a file (`<NAME>_FILE`).
 *
 * {@link serviceSettings}, {@link busSettings}, {@link databaseSettings} and {@link migrationSettings} are the groups that
 * programs share. {@link openKeyRing} opens the key ring of a service and reads its file again when it has changed; a
 * file that cannot be used leaves the last good ring in force. Only
 * this library and the `main.ts` of each program read `process.env`. The settings of a realm are data, not settings.
 */
export {
  commaList,
  defineSettings,
  type Environment,
  fileSettingOf,
  flag,
  type SettingDeclarations,
  type Settings,
  SettingsFault,
  type SettingsOf,
  wholeNumber,
} from './define-settings.js';
export { busSettings, databaseRolePrefix, databaseSettings, migrationSettings, serviceSettings } from './groups.js';
export { copyWhileRetiring, type KeyRingPlace, type KeyRingSource, openKeyRing } from './key-ring-file.js';
