import { PasswordHasher } from '@countersign/hashing';
import { Injectable } from '@nestjs/common';
import { type SealedValue, Sealer } from '../key-ring/sealer.js';
import { credentialBinding } from './credential.store.js';

/** Password hashes as they are kept: argon2id below a seal that is bound to the user. */
@Injectable()
export class PasswordSecrets {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly sealer: Sealer,
  ) {}

  /** @throws Problem `password.hashing_overloaded` */
  async make(id: string, password: string): Promise<SealedValue> {
    return this.sealer.seal(credentialBinding(id), await this.hasher.hash(password));
  }

  /**
   * Whether the sealed hash is of this password, and then also whether it should be made anew. Without a sealed hash
   * as much work is done for nothing (G11).
   * @throws Problem `password.hashing_overloaded`, `key_ring.key_unknown`
   */
  async check(
    id: string,
    password: string,
    sealed: Buffer | undefined,
  ): Promise<{ readonly holds: boolean; readonly isOutdated: boolean }> {
    const hash = sealed === undefined ? undefined : this.sealer.open(credentialBinding(id), sealed).toString();
    const holds = await this.hasher.verify(password, hash);
    return { holds, isOutdated: holds && hash !== undefined && this.hasher.needsRehash(hash) };
  }

  /** The work of a check, for a user who does not exist or has no password. */
  async checkNothing(password: string): Promise<void> {
    await this.hasher.verify(password, undefined);
  }
}
