import { createHash, timingSafeEqual } from 'node:crypto';
import { checkSecret, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { UserStore } from './user.store.js';
import { comparableSecret, UserSecretKeeper } from './user-secret-keeper.js';

/**
 * Says whether a PIN, or the answer to a question, is right. A user that does not exist, or has no such secret, costs what a
 * wrong one costs (guarantee G11): one statement, and one hash or one unsealing.
 */
@Controller()
export class CheckSecret {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws Problem `realm.unknown`, `password.hashing_overloaded`, `key_ring.key_unknown` */
  @Handles(checkSecret)
  async check(
    { realm, id, secret, given }: RequestOf<typeof checkSecret>,
    { deadlineAt }: Asked,
  ): Promise<ReplyOf<typeof checkSecret>> {
    const { id: realmId, profile } = await this.findRealm.find(realm);
    const field = secret.kind === 'pin' ? 'pin' : `questions.${secret.question}`;
    const text = comparableSecret(field, given);
    const { clear, hashed } = this.open(id, await this.users.findSealedSecrets(realmId, id), text);
    const isRight =
      profile === 'strict'
        ? await this.hasher.verify(text, hashed[field], deadlineAt)
        : isSame(text, comparableSecret(field, clear[field] ?? ''));
    // nothing is the answer to nothing
    return { isRight: isRight && text !== '' };
  }

  private open(id: string, sealed: Buffer | null, text: string) {
    if (sealed !== null) return this.secretKeeper.open(id, sealed);
    // sealing is the work of unsealing
    this.secretKeeper.seal(id, { clear: { pin: text }, hashed: {} });
    return this.secretKeeper.open(id, null);
  }
}

/** In a time that tells nothing of either text. */
function isSame(one: string, other: string): boolean {
  const digestOf = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digestOf(one), digestOf(other));
}
