import type { Permission, RealmProfile } from '@countersign/contracts';

/** Applications show their id as 32 hex digits; the database keeps a UUID and reads either form. */
export function applicationIdOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

/** A key that is accepted now, without its value. */
export interface LiveKey {
  readonly keyVersion: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** What operators may see of an application. */
export interface ApplicationView {
  /** 32 hex digits. */
  readonly applicationId: string;
  readonly realm: string;
  readonly name: string;
  readonly permissions: Permission[];
  readonly isDisabled: boolean;
  readonly keys: LiveKey[];
  readonly createdAt: string;
}

/** What a gateway needs, with the keys still sealed. */
export interface SealedCredential {
  readonly applicationId: string;
  readonly version: number;
  readonly permissions: Permission[];
  readonly isDisabled: boolean;
  readonly realm: string;
  readonly realmId: string;
  readonly profile: RealmProfile;
  readonly settings: unknown;
  readonly keys: readonly { readonly keyVersion: number; readonly sealedKey: Buffer }[];
}

/** Where an application lives. */
export interface ApplicationPlace {
  readonly applicationId: string;
  readonly realmId: string;
  readonly realm: string;
}
