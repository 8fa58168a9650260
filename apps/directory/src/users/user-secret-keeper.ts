import { Problem, type RealmProfile } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { KEY_RING } from '@countersign/hosting';
import { keyIdOf, open, seal } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';
import { Inject, Injectable } from '@nestjs/common';
import { comparableAnswer } from './comparable-answer.policy.js';

/** PIN and answers of a user: `pin`, and answers under the field of their question. */
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

/** Bound to the user's row: no other user and no other column can be given a value that opens (guarantee G5). */
const bindingOf = (id: string) => ({ table: 'directory.user', row: id, column: 'sealed_secrets' });

/**
 * Seals a user's PIN and answers as one value: a read opens one, not seven, and none can be exchanged for another.
 * In `strict` realms they are hashed before (docs/guides/realm-profiles.md).
 */
@Injectable()
export class UserSecretKeeper {
  constructor(
    @Inject(KEY_RING) private readonly ring: KeyRingSource,
    private readonly hasher: PasswordHasher,
  ) {}

  /** The key that {@link seal} seals with now. */
  get currentKeyId(): string {
    return this.ring.current().currentKeyId;
  }

  /** Whether what this key sealed can be opened. */
  knows(keyId: string): boolean {
    return this.ring.knowing(keyId) !== undefined;
  }

  /**
   * Changes as the realm keeps them; an empty string clears, in both forms.
   *
   * @param deadlineAt of who asks: no thread works for somebody who has been answered
   * @throws Problem `password.hashing_overloaded`
   */
  async guard(
    profile: RealmProfile,
    changes: Readonly<Record<string, string>>,
    deadlineAt: number,
  ): Promise<UserSecrets> {
    const keys = Object.keys(changes);
    const nothing = Object.fromEntries(keys.map((key) => [key, '']));
    if (profile === 'compat') return { clear: changes, hashed: nothing };
    const hashes = await Promise.all(
      Object.entries(changes).map(([field, value]) =>
        value === '' ? '' : this.hasher.hash(comparableSecret(field, value), deadlineAt),
      ),
    );
    return { clear: nothing, hashed: Object.fromEntries(keys.map((key, index) => [key, hashes[index] ?? ''])) };
  }

  /** Answers undefined when there is nothing to keep. */
  seal(id: string, secrets: UserSecrets): SealedSecrets | undefined {
    if (Object.keys(secrets.clear).length + Object.keys(secrets.hashed).length === 0) return undefined;
    const current = this.ring.current();
    return { sealed: seal(current, bindingOf(id), JSON.stringify(secrets)), keyId: current.currentKeyId };
  }

  /**
   * Opens what was sealed for this user.
   * @throws Problem `key_ring.key_unknown`; SealBroken when the value was altered or belongs elsewhere
   */
  open(id: string, sealed: Buffer | null): UserSecrets {
    if (sealed === null) return noSecrets;
    const keyId = keyIdOf(sealed);
    const ring = this.ring.knowing(keyId);
    if (ring === undefined) throw new Problem('key_ring.key_unknown', `found ${keyId}`);
    return JSON.parse(open(ring, bindingOf(id), sealed).toString()) as UserSecrets;
  }
}

/** A secret as it is compared, and hashed: a PIN exactly, an answer as people mean it. */
export function comparableSecret(field: string, text: string): string {
  return field === 'pin' ? text.normalize('NFC') : comparableAnswer(text);
}
