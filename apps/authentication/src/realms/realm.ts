import type { RealmProfile, RealmSettings } from '@countersign/contracts';

/** An isolated protection space, as this service knows it. */
export interface Realm {
  readonly realmId: string;
  /** The name as compared. */
  readonly realm: string;
  readonly spelledAs: string;
  readonly profile: RealmProfile;
  readonly settings: RealmSettings;
  /** Grows with every change of them. */
  readonly settingsVersion: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
