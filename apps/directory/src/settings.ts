import { hostedSettings } from '@countersign/hosting';
import { defineSettings, type SettingsOf } from '@countersign/settings';

/** Everything the directory can be told from outside. */
export const settings = defineSettings('directory', {
  ...hostedSettings('directory'),
});

export type DirectorySettings = SettingsOf<typeof settings>;
