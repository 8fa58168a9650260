import type { AnswerSeal } from './answer-seal.js';
import type { Queryable, Transaction } from './statement.js';
import type { UnitOfWork } from './unit-of-work.js';

interface KeptAnswer {
  readonly keyHash: Buffer;
  readonly sealed: Buffer;
}

/** Few enough that nobody who repeats such a request waits long. */
const stepSize = 100;

// from key to key: a rotation leaves few of them, and many rows under each
const nextKey = `
  select sealing_key_id as "keyId" from idempotency_record where sealing_key_id > $1 order by sealing_key_id limit 1`;
const countUnder = 'select count(*)::integer as count from idempotency_record where sealing_key_id = $1';

const findUnder = `
  select key_hash as "keyHash", sealed_answer as sealed from idempotency_record
  where sealing_key_id = $1 limit ${stepSize} for update skip locked`;
const replace = `
  update idempotency_record kept set sealed_answer = again.sealed, sealing_key_id = again.key_id
  from unnest($1::bytea[], $2::bytea[], $3::text[]) as again (key_hash, sealed, key_id)
  where kept.key_hash = again.key_hash`;

/**
 * The answers that `UnitOfWork.once` keeps for a day, by the key that seals them: a key that leaves the ring while it
 * guards some would turn the repetition of a request that was done into an error.
 */
export class SealedRecords {
  constructor(
    private readonly database: Queryable,
    private readonly unitOfWork: UnitOfWork,
    private readonly seal: AnswerSeal,
  ) {}

  /** How many answers each key guards that is not the current one; of that one they are not counted. */
  async countUnderOldKeys(): Promise<{ readonly keyId: string; readonly count: number }[]> {
    const counts = [];
    for (const keyId of await this.findOldKeys()) {
      const [row] = await this.database.query<{ count: number }>(countUnder, [keyId]);
      if (row !== undefined && row.count > 0) counts.push({ keyId, count: row.count });
    }
    return counts;
  }

  /**
   * Brings answers under the current key, in small steps. What does not open stays as it is, and goes with its day.
   * @returns how many were sealed anew
   */
  async reseal(mayGoOn: () => boolean = () => true): Promise<number> {
    let resealed = 0;
    for (const keyId of await this.findOldKeys()) {
      for (let moved = 1; moved > 0 && this.seal.knows(keyId) && mayGoOn(); resealed += moved) {
        moved = await this.unitOfWork.run((tx) => this.resealSome(tx, keyId));
      }
    }
    return resealed;
  }

  private async findOldKeys(): Promise<readonly string[]> {
    const { currentKeyId } = this.seal;
    const found: string[] = [];
    for (let last = ''; ; ) {
      const [row] = await this.database.query<{ keyId: string }>(nextKey, [last]);
      if (row === undefined) return found.filter((keyId) => keyId !== currentKeyId);
      last = row.keyId;
      found.push(last);
    }
  }

  private async resealSome(tx: Transaction, keyId: string): Promise<number> {
    const answers = await tx.query<KeptAnswer>(findUnder, [keyId]);
    const again = answers.flatMap((answer) => this.sealAgain(answer));
    if (again.length === 0) return 0;
    await tx.query(replace, [
      again.map(({ keyHash }) => keyHash),
      again.map(({ sealed }) => sealed),
      again.map(({ keyId: newKeyId }) => newKeyId),
    ]);
    return again.length;
  }

  private sealAgain({ keyHash, sealed }: KeptAnswer) {
    const row = keyHash.toString('hex');
    try {
      return [{ keyHash, ...this.seal.seal(row, this.seal.open(row, sealed)) }];
    } catch {
      return [];
    }
  }
}
