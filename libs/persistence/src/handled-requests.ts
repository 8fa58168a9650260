import { type Operation, Problem, type ProblemBody } from '@countersign/contracts';
import type { AnswerSeal } from './answer-seal.js';
import { Refused } from './refused.js';
import { handledKeyHash, requestHash } from './request-hash.js';
import type { Queryable, Transaction } from './statement.js';

/** What of `Asked` makes a request repeatable: who asks (proven) and the key of this request. */
export interface RepeatableAsk {
  readonly caller: string;
  readonly idempotencyKey: string;
}

/** What is kept of a handled request, as JSON below the seal. */
interface Answer {
  readonly requestHash: string;
  readonly reply?: unknown;
  readonly refusal?: ProblemBody;
}

const claim = {
  name: 'handled_request.claim',
  // the key as well, so that keeping the answer changes no indexed column
  text: `insert into handled_request (key_hash, operation, sealing_key_id) values ($1, $2, $3)
    on conflict (key_hash) do nothing returning 1`,
};
const find = { name: 'handled_request.find', text: 'select sealed_answer from handled_request where key_hash = $1' };
const keep = {
  name: 'handled_request.keep',
  text: 'update handled_request set sealed_answer = $2, sealing_key_id = $3 where key_hash = $1',
};

type Commit = (work: (tx: Transaction) => Promise<string>) => Promise<string>;

/** Idempotency (guarantee of every changing operation): the table `handled_request`, kept for a day. */
export class HandledRequests {
  /** Requests that run in this process: their duplicates wait here instead of each holding a connection. */
  private readonly running = new Map<string, Promise<string>>();

  constructor(private readonly seal: AnswerSeal) {}

  /** See `UnitOfWork.once`. */
  async once<T>(
    operation: Operation,
    asked: RepeatableAsk,
    request: unknown,
    commit: Commit,
    work: (tx: Transaction) => Promise<T | Refused>,
  ): Promise<T> {
    const key = handledKeyHash(asked.caller, operation.subject, asked.idempotencyKey);
    const hash = requestHash(asked.idempotencyKey, request);
    const row = key.toString('hex');
    const first = this.running.get(row);
    const answer = first ?? commit((tx) => this.answerOf(tx, key, operation.subject, hash, work));
    if (first === undefined) {
      this.running.set(row, answer);
      const forget = () => this.running.delete(row);
      answer.then(forget, forget);
    }
    return read<T>(await answer, hash);
  }

  /**
   * The unique key makes a second transaction wait for the first: it then finds the answer, or, after a rollback,
   * becomes the first itself.
   */
  private async answerOf(
    tx: Transaction,
    key: Buffer,
    subject: string,
    hash: string,
    work: (tx: Transaction) => Promise<unknown>,
  ): Promise<string> {
    const row = key.toString('hex');
    const claimed = await tx.query(claim, [key, subject, this.seal.currentKeyId]);
    if (claimed.length === 0) {
      const [kept] = await tx.query<{ sealed_answer: Buffer }>(find, [key]);
      // swept between the two statements: a day has passed since, and nobody retries that long
      if (kept === undefined) throw new Problem('store.unavailable', 'the kept answer has just expired', 1);
      return this.seal.open(row, kept.sealed_answer);
    }
    const result = await work(tx);
    const answer: Answer =
      result instanceof Refused
        ? { requestHash: hash, refusal: result.problem.toBody() }
        : { requestHash: hash, reply: result };
    const text = JSON.stringify(answer);
    const { sealed, keyId } = this.seal.seal(row, text);
    await tx.query(keep, [key, sealed, keyId]);
    return text;
  }
}

function read<T>(text: string, hash: string): T {
  const answer = JSON.parse(text) as Answer;
  if (answer.requestHash !== hash) throw new Problem('request.key_reused');
  if (answer.refusal !== undefined) throw Problem.fromBody(answer.refusal);
  return answer.reply as T;
}

/**
 * Forgets requests handled more than a day ago, by the database's clock and in bounded steps.
 * @returns how many rows went
 */
export async function sweepHandledRequests(database: Queryable): Promise<number> {
  let swept = 0;
  for (;;) {
    const gone = await database.query(
      `delete from handled_request where key_hash in (
         select key_hash from handled_request where handled_at < now() - interval '24 hours' limit 1000 for update skip locked)
       returning 1`,
    );
    swept += gone.length;
    if (gone.length < 1000) return swept;
  }
}
