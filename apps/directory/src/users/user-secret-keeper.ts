import type { RealmProfile } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { type SealedValue, Sealer, sealedColumn } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { comparableAnswer } from './comparable-answer.policy.js';

/** PIN and answers of a user: `pin`, and answers under the field of their question. */
export interface UserSecrets {
  /** Readable: what a `compat` realm shows again. */
  readonly clear: Readonly<Record<string, string>>;
  /** argon2id, as a PHC string: what can only be checked. Sealed too, since a PIN's hash is quickly searched through. */
  readonly hashed: Readonly<Record<string, string>>;
}

export const noSecrets: UserSecrets = Object.freeze({ clear: Object.freeze({}), hashed: Object.freeze({}) });

/** Where they are kept. */
export const userSecrets = sealedColumn({
  table: 'user',
  column: 'sealed_secrets',
  key: { id: 'uuid' },
});

/**
 * Seals a user's PIN and answers as one value: a read opens one, not seven, and none can be exchanged for another.
 * In `strict` realms they are hashed before (docs/guides/realm-profiles.md).
 */
@Injectable()
export class UserSecretKeeper {
  constructor(
    private readonly sealer: Sealer,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Changes as the realm keeps them; an empty string clears, in both forms.
   *
   * @param deadlineAt of the request; hashing stops when it has passed
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
  seal(id: string, secrets: UserSecrets): SealedValue | undefined {
    if (Object.keys(secrets.clear).length + Object.keys(secrets.hashed).length === 0) return undefined;
    return this.sealer.seal(userSecrets.at(id), JSON.stringify(secrets));
  }

  /**
   * Opens what was sealed for this user.
   * @throws Problem `key_ring.key_unknown`; SealBroken when the value was altered or belongs elsewhere
   */
  open(id: string, sealed: Buffer | null): UserSecrets {
    if (sealed === null) return noSecrets;
    return JSON.parse(this.sealer.open(userSecrets.at(id), sealed).toString()) as UserSecrets;
  }

  /** As {@link open}, with its error as a value. */
  tryOpen(id: string, sealed: Buffer | null): UserSecrets | Error {
    try {
      return this.open(id, sealed);
    } catch (error) {
      return error as Error;
    }
  }
}

/** A secret as it is compared, and hashed: a PIN exactly, an answer as people mean it. */
export function comparableSecret(field: string, text: string): string {
  return field === 'pin' ? text.normalize('NFC') : comparableAnswer(text);
}
