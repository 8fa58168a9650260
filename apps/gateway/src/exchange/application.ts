import type { Permission, RealmProfile } from '@countersign/contracts';

/** An application that has sent a request, and what its realm allows, as one read of its credential told it. */
export interface Application<Settings = unknown> {
  readonly applicationId: string;
  readonly realm: string;
  readonly profile: RealmProfile;
  readonly permissions: ReadonlySet<Permission>;
  /** The realm's settings, as the dialect of the request reads them. */
  readonly settings: Settings;
}
