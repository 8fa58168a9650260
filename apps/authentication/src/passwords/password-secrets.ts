import { PasswordHasher } from '@countersign/hashing';
import { type SealedValue, Sealer } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { type NewCredential, passwordHashes } from './credential.store.js';

/** Password hashes as they are kept: below a seal that is bound to the user. */
@Injectable()
export class PasswordSecrets {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly sealer: Sealer,
  ) {}

  /**
   * @param deadlineAt the request's: no thread works for a request that has been answered
   * @throws Problem `password.hashing_overloaded`
   */
  async make(id: string, password: string, deadlineAt: number): Promise<SealedValue> {
    return this.sealer.seal(passwordHashes.at(id), await this.hasher.hash(password, deadlineAt));
  }

  /** Seals hashes that were made elsewhere, given as text that the hasher reads. Users without a hash are left out. */
  keep(users: readonly { readonly id: string; readonly hash: string | undefined }[]): readonly NewCredential[] {
    const seal = this.sealer.forMany();
    return users.flatMap(({ id, hash }) =>
      hash === undefined ? [] : [{ id, hash: seal(passwordHashes.at(id), hash) }],
    );
  }

  /** The hash as text. @throws Problem `key_ring.key_unknown` */
  reveal(id: string, sealed: Buffer): string {
    return this.sealer.open(passwordHashes.at(id), sealed).toString();
  }

  /**
   * Whether the sealed hash is of this password, and if so whether it should be made again. Without a sealed hash the
   * same work is done, for nothing (G11). An empty password is never right: another system may have stored a hash of
   * it, and a form that was not filled in sends it.
   * @throws Problem `password.hashing_overloaded`, `key_ring.key_unknown`
   */
  async check(
    id: string,
    password: string,
    sealed: Buffer | undefined,
    deadlineAt: number,
  ): Promise<{ readonly holds: boolean; readonly isOutdated: boolean }> {
    const hash = sealed === undefined || password === '' ? undefined : this.reveal(id, sealed);
    const holds = await this.hasher.verify(password, hash, deadlineAt);
    return { holds, isOutdated: holds && hash !== undefined && this.hasher.needsRehash(hash) };
  }

  /** Does the work of a check, for a user that does not exist or has no password. */
  async checkNothing(password: string, deadlineAt: number): Promise<void> {
    await this.hasher.verify(password, undefined, deadlineAt);
  }
}
