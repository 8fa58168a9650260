import { timingSafeEqual } from 'node:crypto';
import type { Operation } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { type Transaction, UnitOfWork, unbounded } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';
import { SetPassword } from './set-password.js';

/** Hashes that were made elsewhere, as text that the hasher reads, by the id of their user. */
export type HashesByUser = ReadonlyMap<string, string>;

type Kept = Awaited<ReturnType<CredentialStore['findSealed']>>;

/** Compares imported hashes for existing users with the stored ones, and replaces these. */
@Injectable()
export class BringHashes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
    private readonly setPassword: SetPassword,
    private readonly events: PasswordEvents,
  ) {}

  /** Ids of users who have another hash, or none. */
  async findOther(realm: Realm, hashes: HashesByUser): Promise<ReadonlySet<string>> {
    if (hashes.size === 0) return new Set();
    const ids = [...hashes.keys()];
    const kept = await this.unitOfWork.run(unbounded, (tx) => this.credentials.findSealed(tx, realm.realmId, ids));
    return new Set(this.otherThan(kept, hashes).keys());
  }

  /**
   * Gives users these hashes in place of other ones, once per idempotency key: a password that a user has chosen after that
   * is not replaced by a repeated request.
   * @returns ids of users who had another hash, or none
   */
  async bring(
    operation: Operation,
    request: unknown,
    realm: Realm,
    hashes: HashesByUser,
    asked: Asked,
  ): Promise<ReadonlySet<string>> {
    if (hashes.size === 0) return new Set();
    const { ids } = await this.unitOfWork.once(operation, asked, request, async (tx) => ({
      ids: await this.replace(tx, realm, hashes, asked),
    }));
    return new Set(ids);
  }

  private async replace(tx: Transaction, realm: Realm, hashes: HashesByUser, asked: Asked): Promise<readonly string[]> {
    const kept = await this.credentials.holdSealed(tx, realm.realmId, [...hashes.keys()]);
    const others = Array.from(this.otherThan(kept, hashes), ([id, hash]) => ({ id, hash }));
    const ids = others.map(({ id }) => id);
    if (ids.length === 0) return ids;
    await this.setPassword.write(tx, realm.realmId, this.secrets.keep(others));
    await this.events.imported(tx, ids, realm, asked);
    return ids;
  }

  private otherThan(kept: Kept, hashes: HashesByUser): HashesByUser {
    const same = new Set(kept.filter((it) => this.isSame(it, hashes.get(it.id) ?? '')).map(({ id }) => id));
    return new Map([...hashes].filter(([id]) => !same.has(id)));
  }

  /** A hash that does not open (its key has left the ring) is not known to be the same. */
  private isSame({ id, sealedPasswordHash }: Kept[number], hash: string): boolean {
    try {
      const [one, other] = [Buffer.from(this.secrets.reveal(id, sealedPasswordHash)), Buffer.from(hash)];
      return one.length === other.length && timingSafeEqual(one, other);
    } catch {
      return false;
    }
  }
}
