import { Problem } from '@countersign/contracts';
import { keyIdOf, open, seal } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';

/** PIN and answers of a user, by property or knowledge base key. */
export interface UserSecrets {
  /** Readable: what a `compat` realm shows again. */
  readonly clear: Readonly<Record<string, string>>;
  /** argon2id, as a PHC string: what can only be checked. Sealed too, since a PIN's hash is quickly searched through. */
  readonly hashed: Readonly<Record<string, string>>;
}

/** Secrets as they are stored, beside the id of the key that opens them. */
export interface SealedSecrets {
  readonly sealed: Buffer;
  readonly keyId: string;
}

export const noSecrets: UserSecrets = Object.freeze({ clear: Object.freeze({}), hashed: Object.freeze({}) });

/** Bound to the user's row: neither another user nor another column can be given a value that opens (guarantee G5). */
const bindingOf = (id: string) => ({ table: 'directory.user', row: id, column: 'sealed_secrets' });

/**
 * Seals a user's secrets as one value: a read opens one, not seven, and none can be exchanged for another.
 * @returns undefined when there is nothing to keep
 */
export function sealSecrets(ring: KeyRingSource, id: string, secrets: UserSecrets): SealedSecrets | undefined {
  if (Object.keys(secrets.clear).length + Object.keys(secrets.hashed).length === 0) return undefined;
  const current = ring.current();
  return { sealed: seal(current, bindingOf(id), JSON.stringify(secrets)), keyId: current.currentKeyId };
}

/**
 * Opens what {@link sealSecrets} sealed for this user.
 * @throws Problem `key_ring.key_unknown`; SealBroken when the value was altered or belongs elsewhere
 */
export function openSecrets(ring: KeyRingSource, id: string, sealed: Buffer | null): UserSecrets {
  if (sealed === null) return noSecrets;
  const keyId = keyIdOf(sealed);
  const knowing = ring.knowing(keyId);
  if (knowing === undefined) throw new Problem('key_ring.key_unknown', `found ${keyId}`);
  return JSON.parse(open(knowing, bindingOf(id), sealed).toString()) as UserSecrets;
}
