import type { RealmProfile } from '@countersign/contracts';

/** What of a realm never changes. */
export interface KnownRealm {
  readonly id: string;
  readonly name: string;
  readonly profile: RealmProfile;
}
