import { hostedSettings } from '@countersign/hosting';
import { defineSettings, type SettingsOf, wholeNumber } from '@countersign/settings';

/** Everything the directory can be told from outside. */
export const settings = defineSettings('directory', {
  ...hostedSettings('directory'),
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
