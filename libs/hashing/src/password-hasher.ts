import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { monotonicMs } from '@countersign/clock';
import { Piscina } from 'piscina';
import type { ForeignHashCheck } from './foreign/foreign-hash.js';
import { readHash } from './foreign/read-foreign-hash.js';
import { argon2Ms, CostScale, foreignMs } from './hash-cost.js';
import { checkedParameters, decoyHash, type HashParameters, isMadeWith } from './hash-parameters.js';
import { HashingQueue } from './hashing-queue.js';
import { passwordText } from './password-text.js';

export interface PasswordHasherOptions {
  readonly parameters: HashParameters;
  /** Hashes under way at once. Default: as many as there are cores; more only slow each other down. */
  readonly threads?: number;
  /**
   * Hashes that may wait beyond those; one more is refused at once (guarantee G8). Of costly hashes of other systems
   * only half as many, and no more than 2 s of work for each of their threads.
   */
  readonly queueLimit: number;
}

/**
 * Hashes passwords by argon2id (RFC 9106) and checks them, also against hashes of other systems, on threads of its own:
 * neither the event loop nor the pool of name look-ups and files waits for a password.
 */
export class PasswordHasher {
  private readonly parameters: HashParameters;
  private readonly decoy: string;
  private readonly threads: number;
  private readonly queue: HashingQueue;
  private readonly oursMs: number;
  private readonly scale = new CostScale();
  private readonly worker: string;
  /** Made with the first password: an idle thread costs 20 MiB and 60 ms of every start. */
  private pool: Piscina | undefined;
  private isClosed = false;

  /** @throws RangeError if a parameter is outside of what argon2 can do */
  constructor({ parameters, threads = availableParallelism(), queueLimit }: PasswordHasherOptions) {
    this.parameters = checkedParameters(parameters);
    this.decoy = decoyHash(this.parameters);
    this.threads = threads;
    this.queue = new HashingQueue({ threads, queueLimit });
    this.oursMs = argon2Ms(this.parameters);
    // By its package name, so that the file is found from the sources, from dist and from a bundle alike.
    this.worker = createRequire(import.meta.url).resolve('@countersign/hashing/worker');
  }

  /** Hashes that wait for a thread. */
  get queued(): number {
    return this.queue.waiting;
  }

  /** Passwords that found the queue full, or waited in it past their deadline, since the start. */
  get refused(): number {
    return this.queue.refused;
  }

  /**
   * Hashes a password to a PHC string.
   *
   * @param deadlineAt by `monotonicMs`; what has not begun by then is not begun any more
   * @throws Problem `password.hashing_overloaded` at once if the queue is full, later if the deadline passes
   * @throws RangeError if it is no text that a password can be; `judgePassword` tells so before
   */
  async hash(password: string, deadlineAt = Number.POSITIVE_INFINITY): Promise<string> {
    const text = passwordText(password);
    if (text === undefined) throw new RangeError('password is too long or holds U+0000 or an unpaired surrogate');
    const work = { name: 'hash', task: { password: text, parameters: this.parameters }, oursTimes: 1 } as const;
    return this.run<string>(work, deadlineAt);
  }

  /**
   * Whether the stored hash is of this password. Without one (no such user, or a user without a password) a decoy is
   * checked, so that the answer `false` costs the same (guarantee G11); likewise for what no password can be. A hash of
   * another system is checked beside that decoy, so it never answers sooner; a costlier one answers later, until the
   * hash of ours replaces it: whatever `needsRehash` says of should be made anew when next it passes.
   *
   * The hash may be of the text as typed, since other systems hash bytes as they come, and may look like ours: so both
   * texts are tried, whosever hash it is and whether there is one or not. Of a hash that takes more than half a second
   * only the text as typed is tried: the asker chooses the text, and must not double that by it.
   *
   * @param stored a PHC string that `hash` made, or a text that `readForeignHash` wrote
   * @param deadlineAt by `monotonicMs`; what has not begun by then is not begun any more
   * @throws Problem `password.hashing_overloaded` at once if the queue is full, later if the deadline passes
   * @throws Error if the stored string is no hash
   */
  async verify(password: string, stored: string | undefined, deadlineAt = Number.POSITIVE_INFINITY): Promise<boolean> {
    const text = passwordText(password);
    const texts = text === undefined ? [''] : [...new Set([password, text])];
    const isDecoy = text === undefined || stored === undefined;
    const ours = { name: 'verify', oursTimes: texts.length } as const;
    if (isDecoy || isMadeWith(stored, this.parameters)) {
      const task = { texts, phc: isDecoy ? this.decoy : stored };
      const holds = await this.run<boolean>({ ...ours, task }, deadlineAt);
      return holds && !isDecoy;
    }
    const foreign = checkOf(stored);
    const onceMs = foreignMs(foreign, Buffer.byteLength(password));
    const foreignTexts = onceMs > LONGEST_TWICE_MS ? texts.slice(0, 1) : texts;
    const task = { texts, phc: this.decoy, foreign, foreignTexts };
    return this.run<boolean>({ ...ours, task, foreignMs: onceMs * foreignTexts.length }, deadlineAt);
  }

  /** Whether a stored hash differs from what would be made today, in function, parameters or sizes. */
  needsRehash(phc: string): boolean {
    return !isMadeWith(phc, this.parameters);
  }

  /** Lets the hashes under way and in the queue finish, at most 30 s, refuses the rest, and ends the threads. */
  async close(): Promise<void> {
    this.isClosed = true;
    const patience = setTimeout(() => this.queue.clear(), LONGEST_CLOSING_MS);
    await this.queue.idle();
    clearTimeout(patience);
    await this.pool?.close();
  }

  private run<Result>(work: HashWork, deadlineAt: number): Promise<Result> {
    if (this.isClosed) throw new Error('password hasher is closed');
    const { oursTimes, foreignMs: beyondMs = 0 } = work;
    const placeMs = Math.max(this.oursMs, LEAST_PLACE_MS);
    return new Promise<Result>((resolve, reject) =>
      this.queue.admit({
        costMs: this.scale.of(oursTimes * this.oursMs + beyondMs),
        places: oursTimes + Math.floor(beyondMs / placeMs),
        isCostly: beyondMs > COSTLY_PLACES * placeMs,
        deadlineAt,
        run: () => this.runNow<Result>(work).then(resolve, reject),
        refuse: reject,
      }),
    );
  }

  private async runNow<Result>({ name, task, oursTimes, foreignMs }: HashWork): Promise<Result> {
    this.pool ??= this.openPool();
    const begunAt = monotonicMs();
    const result: Result = await this.pool.run(task, { name });
    if (foreignMs === undefined) this.scale.note(oursTimes * this.oursMs, monotonicMs() - begunAt);
    return result;
  }

  private openPool(): Piscina {
    return new Piscina({
      filename: this.worker,
      minThreads: 1,
      maxThreads: this.threads,
      idleTimeout: IDLE_THREAD_MS,
      stricterFIFO: true,
      // The threads need none of the settings, some of which are secret, nor the flags of this process.
      env: {},
      execArgv: [],
    });
  }
}

/** What a thread is asked for, and what that is expected to take. */
interface HashWork {
  readonly name: 'hash' | 'verify';
  readonly task: object;
  /** Hashes of ours in it. */
  readonly oursTimes: number;
  /** What it takes beside those, where a hash of another system is checked. */
  readonly foreignMs?: number;
}

/** A hash of another system that takes longer is checked for one spelling of the password only. */
const LONGEST_TWICE_MS = 500;
/** A place in the queue is a hash of ours, but no less: hashes of ours that cost nothing are for tests. */
const LEAST_PLACE_MS = 10;
/** A hash of another system that is worth more places is costly: bcrypt from cost 10, not {SSHA} or sha512crypt of 5 000. */
const COSTLY_PLACES = 4;
const LONGEST_CLOSING_MS = 30_000;

/** A thread is ended after so long without work, all but one; starting one takes some 50 ms. */
const IDLE_THREAD_MS = 60_000;

/** argon2 is checked whatever it costs: it may be of ours, made when the settings asked for more than an import may bring. */
function checkOf(stored: string): ForeignHashCheck {
  if (stored.startsWith('$argon2')) return { kind: 'argon2', text: stored };
  const read = readHash(stored);
  if (!read.ok) throw new Error(`stored hash cannot be checked: ${read.reason}`);
  return read.check;
}
