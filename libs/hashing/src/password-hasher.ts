import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Problem } from '@countersign/contracts';
import { Piscina } from 'piscina';
import type { ForeignHashCheck } from './foreign/foreign-hash.js';
import { readHash } from './foreign/read-foreign-hash.js';
import { checkedParameters, decoyHash, type HashParameters, isMadeWith } from './hash-parameters.js';
import { passwordText } from './password-text.js';

export interface PasswordHasherOptions {
  readonly parameters: HashParameters;
  /** Hashes under way at once. Default: as many as there are cores; more only slow each other down. */
  readonly threads?: number;
  /** Hashes that may wait beyond those; one more is refused at once (guarantee G8). */
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
  private readonly queueLimit: number;
  private readonly worker: string;
  /** Made with the first password: an idle thread costs 20 MiB and 60 ms of every start. */
  private pool: Piscina | undefined;
  private underWay = 0;
  private refusedCount = 0;
  private isClosed = false;

  /** @throws RangeError if a parameter is outside of what argon2 can do */
  constructor({ parameters, threads = availableParallelism(), queueLimit }: PasswordHasherOptions) {
    this.parameters = checkedParameters(parameters);
    this.decoy = decoyHash(this.parameters);
    this.threads = threads;
    this.queueLimit = queueLimit;
    // By its package name, so that the file is found from the sources, from dist and from a bundle alike.
    this.worker = createRequire(import.meta.url).resolve('@countersign/hashing/worker');
  }

  /** Hashes that wait for a thread. */
  get queued(): number {
    return Math.max(0, this.underWay - this.threads);
  }

  /** Passwords that found the queue full, since the start. */
  get refused(): number {
    return this.refusedCount;
  }

  /**
   * Hashes a password to a PHC string.
   *
   * @throws Problem `password.hashing_overloaded` at once if the queue is full
   * @throws RangeError if it is no text that a password can be; `judgePassword` tells so before
   */
  async hash(password: string): Promise<string> {
    const text = passwordText(password);
    if (text === undefined) throw new RangeError('password is too long or holds U+0000 or an unpaired surrogate');
    return this.run<string>('hash', { password: text, parameters: this.parameters });
  }

  /**
   * Whether the stored hash is of this password. Without one (nobody of that name, or nobody with a password) a decoy is
   * checked, so that the answer `false` costs the same (guarantee G11); likewise for what no password can be. A hash of
   * another system is checked beside that decoy, so it never answers sooner; a costlier one answers later, until the
   * hash of ours replaces it: whatever `needsRehash` says of should be made anew when next it passes.
   *
   * The hash may be of the text as typed, since other systems hash bytes as they come, and may look like ours: so both
   * texts are tried, whosever hash it is and whether there is one or not.
   *
   * @param stored a PHC string that `hash` made, or a text that `readForeignHash` wrote
   * @throws Problem `password.hashing_overloaded` at once if the queue is full
   * @throws Error if the stored string is no hash
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const text = passwordText(password);
    const texts = text === undefined ? [''] : [...new Set([text, password])];
    const isDecoy = text === undefined || stored === undefined;
    if (isDecoy || isMadeWith(stored, this.parameters)) {
      const holds = await this.run<boolean>('verify', { texts, phc: isDecoy ? this.decoy : stored });
      return holds && !isDecoy;
    }
    return this.run<boolean>('verify', { texts, phc: this.decoy, foreign: checkOf(stored) });
  }

  /** Whether a stored hash differs from what would be made today, in function, parameters or sizes. */
  needsRehash(phc: string): boolean {
    return !isMadeWith(phc, this.parameters);
  }

  /** Lets the hashes under way and in the queue finish, at most 30 s, and ends the threads. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pool?.close();
  }

  private async run<Result>(name: 'hash' | 'verify', task: object): Promise<Result> {
    if (this.isClosed) throw new Error('password hasher is closed');
    if (this.underWay >= this.threads + this.queueLimit) {
      this.refusedCount += 1;
      throw new Problem('password.hashing_overloaded', `${this.queued} passwords wait, at most ${this.queueLimit} may`);
    }
    this.underWay += 1;
    try {
      this.pool ??= this.openPool();
      return (await this.pool.run(task, { name })) as Result;
    } finally {
      this.underWay -= 1;
    }
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

/** A thread is ended after so long without work, all but one; starting one takes some 50 ms. */
const IDLE_THREAD_MS = 60_000;

/** argon2 is checked whatever it costs: it may be of ours, made when the settings asked for more than an import may bring. */
function checkOf(stored: string): ForeignHashCheck {
  if (stored.startsWith('$argon2')) return { kind: 'argon2', text: stored };
  const read = readHash(stored);
  if (!read.ok) throw new Error(`stored hash cannot be checked: ${read.reason}`);
  return read.check;
}
