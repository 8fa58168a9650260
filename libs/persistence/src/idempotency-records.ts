import { type Operation, Problem, type ProblemBody } from '@countersign/contracts';
import type { AnswerSeal } from './answer-seal.js';
import { recordKeyHash, requestHash } from './request-hash.js';
import { type Queryable, Refused, type TimeBound, type Transaction } from './transaction.js';

/** What of `Asked` makes a request repeatable: who asks (proven) and the key of this request. */
export interface RepeatableAsk extends TimeBound {
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
  name: 'idempotency_record.claim',
  // the key as well, so that keeping the answer changes no indexed column
  text: `insert into idempotency_record (key_hash, operation, sealing_key_id) values ($1, $2, $3)
    on conflict (key_hash) do nothing returning 1`,
};
const find = {
  name: 'idempotency_record.find',
  text: 'select sealed_answer from idempotency_record where key_hash = $1',
};
const keep = {
  name: 'idempotency_record.keep',
  text: 'update idempotency_record set sealed_answer = $2, sealing_key_id = $3 where key_hash = $1',
};

const findMany = {
  name: 'idempotency_record.find_many',
  text: 'select key_hash as "keyHash", sealed_answer as sealed from idempotency_record where key_hash = any ($1::bytea[])',
};
const keepMany = {
  name: 'idempotency_record.keep_many',
  // in one order, so that two batches with the same keys cannot wait for each other in a circle
  text: `insert into idempotency_record (key_hash, operation, sealed_answer, sealing_key_id)
    select key_hash, $2, sealed_answer, sealing_key_id
    from unnest($1::bytea[], $3::bytea[], $4::text[]) as answer (key_hash, sealed_answer, sealing_key_id)
    order by key_hash on conflict (key_hash) do nothing returning 1`,
};

type Commit = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** One of many requests of one operation. */
export interface RepeatableRequest {
  readonly asked: RepeatableAsk;
  readonly request: unknown;
}

/** A request by the row that keeps its answer. */
interface Keyed {
  readonly key: Buffer;
  readonly row: string;
  readonly hash: string;
}

/** Another process has handled one of the requests since this transaction looked: it starts over, and finds the answer. */
class HandledElsewhere extends Error {}
const mostTries = 3;

/** Idempotency (guarantee of every changing operation): the table `idempotency_record`, kept for a day. */
export class IdempotencyRecords {
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
    const { key, row, hash } = keyedOf(operation, asked, request);
    const first = this.running.get(row);
    const answer = first ?? commit((tx) => this.answerOf(tx, key, operation.subject, hash, work));
    if (first === undefined) this.remember(row, answer);
    return read<T>(await answer, hash);
  }

  /** See `UnitOfWork.onceEach`. */
  async onceEach<T>(
    operation: Operation,
    requests: readonly RepeatableRequest[],
    commit: Commit,
    work: (tx: Transaction, places: readonly number[]) => Promise<readonly (T | Error)[]>,
  ): Promise<readonly (T | Error)[]> {
    const all = requests.map(({ asked, request }) => keyedOf(operation, asked, request));
    const first = new Map(all.map(({ row }, place) => [row, place] as const).reverse());
    const ours = all.flatMap(({ row }, place) => (first.get(row) === place && !this.running.has(row) ? [place] : []));
    const batch = this.tryEach(operation, all, ours, commit, work);
    const answerOf = (row: string) => batch.then((answers) => textOf(answers.get(row)));
    const rows = ours.map((place) => (all[place] as Keyed).row);
    const waiting = new Map(all.map(({ row }) => [row, this.running.get(row)] as const));
    for (const row of rows) this.remember(row, answerOf(row));
    const answers = await batch;
    return Promise.all(
      all.map(async ({ row, hash }) => {
        const other = waiting.get(row);
        try {
          return read<T>(other === undefined ? textOf(answers.get(row)) : await other, hash);
        } catch (error) {
          if (other === undefined || error instanceof Problem) return error as Error;
          // our own transaction is committed by now: what broke the other one concerns this request alone
          return new Problem('store.unavailable', 'the first run of this request failed', 1);
        }
      }),
    );
  }

  private async tryEach<T>(
    operation: Operation,
    all: readonly Keyed[],
    ours: readonly number[],
    commit: Commit,
    work: (tx: Transaction, places: readonly number[]) => Promise<readonly (T | Error)[]>,
  ): Promise<ReadonlyMap<string, string | Error>> {
    if (ours.length === 0) return new Map();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await commit((tx) => this.answersOf(tx, operation.subject, all, ours, work));
      } catch (error) {
        if (!(error instanceof HandledElsewhere)) throw error;
        if (attempt === mostTries) throw new Problem('store.unavailable', error.message, 1);
      }
    }
  }

  /** Answers are kept last: the unique key decides whose work stands, and the other transaction is rolled back. */
  private async answersOf<T>(
    tx: Transaction,
    subject: string,
    all: readonly Keyed[],
    ours: readonly number[],
    work: (tx: Transaction, places: readonly number[]) => Promise<readonly (T | Error)[]>,
  ): Promise<ReadonlyMap<string, string | Error>> {
    const answers = new Map<string, string | Error>();
    const keyAt = (place: number) => all[place] as Keyed;
    const kept = await tx.query<{ keyHash: Buffer; sealed: Buffer }>(findMany, [ours.map((place) => keyAt(place).key)]);
    for (const { keyHash, sealed } of kept) {
      const row = keyHash.toString('hex');
      answers.set(row, this.seal.open(row, sealed));
    }
    const fresh = ours.filter((place) => !answers.has(keyAt(place).row));
    if (fresh.length === 0) return answers;
    const results = await work(tx, fresh);
    const done: { readonly key: Buffer; readonly sealed: Buffer; readonly keyId: string | null }[] = [];
    for (const [index, place] of fresh.entries()) {
      const { key, row, hash } = keyAt(place);
      const result = results[index];
      if (result instanceof Error) {
        answers.set(row, result);
        continue;
      }
      const text = JSON.stringify({ requestHash: hash, reply: result } satisfies Answer);
      answers.set(row, text);
      done.push({ key, ...this.seal.seal(row, text) });
    }
    const columns = [done.map(({ sealed }) => sealed), done.map(({ keyId }) => keyId)];
    const written = await tx.query(keepMany, [done.map(({ key }) => key), subject, ...columns]);
    if (written.length < done.length) throw new HandledElsewhere('handled by another process meanwhile');
    return answers;
  }

  private remember(row: string, answer: Promise<string>): void {
    this.running.set(row, answer);
    const forget = () => this.running.delete(row);
    answer.then(forget, forget);
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
      // swept between the two statements: a day has passed since, longer than any retry
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

function keyedOf(operation: Operation, asked: RepeatableAsk, request: unknown): Keyed {
  const key = recordKeyHash(asked.caller, operation.subject, asked.idempotencyKey);
  return { key, row: key.toString('hex'), hash: requestHash(asked.idempotencyKey, request) };
}

/** @throws Error when that is the answer */
function textOf(answer: string | Error | undefined): string {
  if (answer === undefined) throw new Error('a request of the batch was not answered');
  if (answer instanceof Error) throw answer;
  return answer;
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
export async function sweepIdempotencyRecords(database: Queryable): Promise<number> {
  let swept = 0;
  for (;;) {
    const gone = await database.query(
      `delete from idempotency_record where key_hash in (
         select key_hash from idempotency_record where handled_at < now() - interval '24 hours' limit 1000 for update skip locked)
       returning 1`,
    );
    swept += gone.length;
    if (gone.length < 1000) return swept;
  }
}
