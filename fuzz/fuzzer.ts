import fc from 'fast-check';
import type { Coverage } from './coverage.js';
import { mutate } from './mutation.js';
import { Random } from './random.js';
import { bytesOf, type Target } from './target.js';

/** An input for which something does not hold. */
export interface Finding {
  readonly input: Buffer;
  readonly error: Error;
}

export interface Options {
  readonly seed: number;
  /** Asked before every batch. */
  readonly isOver: (runs: number) => boolean;
  /** Undefined: mutation goes by the seeds alone. */
  readonly coverage: Coverage | undefined;
  /** More of a processor than an input may take. */
  readonly slowMs?: number;
  readonly onBatch?: (state: Fuzzer) => void | Promise<void>;
}

const leastBatch = 32;
const mostBatch = 4_096;
/** A look at what was met costs some milliseconds, so a batch should take several times as long, and no more. */
const batchMs = 100;
const mostKept = 4_000;
const longestByDefault = 4_096;
/** No input of some kilobytes may take more of a processor: what does is out of proportion on any machine. */
const slowMs = 1_500;
/** Pieces are repeated up to this size: what takes time in proportion to its square takes longer than that. */
const pumpBytes = 64 * 1024;

/** Time out of proportion. */
class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Feeds one target until time is up or something does not hold. The same seed feeds the same inputs. */
export class Fuzzer {
  runs = 0;
  slowestMs = 0;
  private batchSize = leastBatch;
  private readonly random: Random;
  private readonly corpus: Buffer[];
  private readonly pieces: readonly Buffer[];

  constructor(
    private readonly target: Target,
    private readonly options: Options,
  ) {
    this.random = new Random(options.seed);
    this.corpus = target.seeds.map(bytesOf);
    this.pieces = target.dictionary.map(bytesOf).filter(({ length }) => length > 0);
  }

  /** Inputs that are mutated. */
  get kept(): number {
    return this.corpus.length;
  }

  async run(): Promise<Finding | undefined> {
    const first = [...this.corpus, ...this.pumped()];
    for (let inputs = first; ; inputs = this.nextBatch()) {
      const startedAt = performance.now();
      const finding = await this.runAll(inputs);
      if (finding !== undefined) return { ...finding, input: await minimised(this.target, finding) };
      if (inputs === first) this.options.coverage?.meetsNew();
      else if (this.options.coverage?.hasNew() === true) await this.keepNew(inputs, this.options.coverage);
      else this.adapt(performance.now() - startedAt);
      await this.options.onBatch?.(this);
      if (this.options.isOver(this.runs)) return undefined;
    }
  }

  /** One piece over and over, within a seed and before something else: what is not linear in its input shows here. */
  private pumped(): Buffer[] {
    return this.pieces.flatMap((piece) => {
      const seed = this.random.pick(this.corpus);
      const half = seed.length >> 1;
      const many = Buffer.alloc(pumpBytes, piece);
      return [
        Buffer.concat([seed.subarray(0, half), many, seed.subarray(half)]),
        Buffer.concat([many, Buffer.from('!')]),
      ];
    });
  }

  private adapt(tookMs: number): void {
    if (this.options.coverage === undefined) return;
    if (tookMs < batchMs) this.batchSize = Math.min(mostBatch, 2 * this.batchSize);
    else if (tookMs > 3 * batchMs) this.batchSize = Math.max(leastBatch, this.batchSize >> 1);
  }

  private nextBatch(): Buffer[] {
    const longest = this.target.longest ?? longestByDefault;
    const seed = this.random.below(2 ** 31);
    const made = fc.sample(this.target.inputs, { seed, numRuns: this.batchSize >> 2 });
    const mutated = Array.from({ length: this.batchSize - made.length }, () =>
      mutate(this.random.pick(this.corpus), this.random, this.pieces, this.corpus),
    );
    return [...made.map(bytesOf), ...mutated].map((bytes) => bytes.subarray(0, longest));
  }

  private async runAll(inputs: readonly Buffer[]): Promise<Finding | undefined> {
    for (const input of inputs) {
      const error = await this.failureOf(input);
      if (error !== undefined) return { input, error };
    }
    return undefined;
  }

  private async failureOf(input: Buffer): Promise<Error | undefined> {
    this.runs += 1;
    const before = process.cpuUsage();
    const error = await failureOf(this.target, input);
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1_000;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (error === undefined && tookMs > (this.options.slowMs ?? slowMs))
      return new TookTooLong(`${input.length} bytes took ${tookMs} ms`);
    return error;
  }

  /** Of inputs that have met something new together, keeps those that did: looks at halves, and at halves of these. */
  private async keepNew(inputs: readonly Buffer[], coverage: Coverage): Promise<void> {
    const [only] = inputs;
    if (inputs.length === 1 && only !== undefined) {
      coverage.forget();
      await failureOf(this.target, only);
      if (coverage.meetsNew() && this.corpus.length < mostKept) this.corpus.push(only);
      return;
    }
    const half = inputs.length >> 1;
    for (const some of [inputs.slice(0, half), inputs.slice(half)]) {
      coverage.forget();
      for (const input of some) await failureOf(this.target, input);
      if (coverage.hasNew()) await this.keepNew(some, coverage);
    }
  }
}

/** What a target throws for an input, its own finding or the parser's. */
export async function failureOf(target: Target, input: Buffer): Promise<Error | undefined> {
  try {
    // a parser must not change what it reads
    await target.check(Buffer.from(input));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A shorter input that fails alike, found by cutting pieces out, large ones first. */
async function minimised(target: Target, { input, error }: Finding): Promise<Buffer> {
  if (error instanceof TookTooLong) return input;
  let best = input;
  let triesLeft = 3_000;
  for (let size = best.length >> 1; size > 0 && triesLeft > 0; size = size >> 1) {
    for (let at = 0; at < best.length && triesLeft > 0; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      triesLeft -= 1;
      const failure = await failureOf(target, shorter);
      if (failure?.name === error.name) best = shorter;
      else at += size;
    }
  }
  return best;
}
