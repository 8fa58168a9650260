import type { Permission, RealmProfile, RealmSettings } from '@countersign/contracts';

/** An application that has sent a request, and what its realm allows, as one read of its credential told it. */
export interface Application<Settings = unknown> {
  readonly applicationId: string;
  readonly realm: string;
  readonly profile: RealmProfile;
  readonly permissions: ReadonlySet<Permission>;
  readonly realmSettings: RealmSettings;
  /** What the realm says to the dialect of the request. */
  readonly settings: Settings;
  /** What it says does not fit the dialect, so `settings` are defaults: no request of the realm may go on with these. */
  readonly isMisconfigured: boolean;
}
