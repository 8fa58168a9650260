import { hostedSettings } from '@countersign/hosting';
import { defineSettings, flag, type SettingsOf, wholeNumber } from '@countersign/settings';
import { longestSkewSeconds } from './claims/claim-epoch.policy.js';

/** Everything the authentication service can be told from outside. */
export const settings = defineSettings('authentication', {
  ...hostedSettings('authentication'),
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
});

export type AuthenticationSettings = SettingsOf<typeof settings>;
