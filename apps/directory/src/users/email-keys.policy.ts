import { foldName } from '@countersign/contracts';
import { mailAddressesIn } from './profile-changes.policy.js';

/** The mail addresses among `properties` as compared, each once. */
export function emailKeysIn(properties: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(mailAddressesIn(properties).map(foldName));
}
