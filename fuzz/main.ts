import { Platform } from '../test/journeys/platform.js';
import { Coverage } from './coverage.js';
import { Fuzzer, failureOf } from './fuzzer.js';
import { fuzzGateway } from './gateway/fuzz-gateway.js';
import { Progress, type Result, summary, tell } from './report.js';
import type { Target } from './target.js';

export { measureTiming } from './timing/timing.js';

export interface Wanted {
  readonly targets: readonly Target[];
  /** Of the script that holds the targets. */
  readonly scriptUrl: string;
  /** For each target. */
  readonly seconds: number;
  readonly seed: number;
}

/**
 * Feeds targets one after another, tells how far it is on stderr and what came of it on stdout.
 * @returns the exit code: 1 when something does not hold
 */
export async function fuzz({ targets, scriptUrl, seconds, seed }: Wanted): Promise<number> {
  const results: Result[] = [];
  for (const target of targets) results.push(await fuzzOne(target, { scriptUrl, seconds, seed }));
  process.stdout.write(summary(results, seed));
  return results.some(({ finding }) => finding !== undefined) ? 1 : 0;
}

/** Feeds a target one input, as a finding told it. */
export async function replay(target: Target, input: Buffer): Promise<number> {
  const error = await failureOf(target, input);
  process.stdout.write(error === undefined ? `${target.name}: holds\n` : tell(target.name, { input, error }));
  return error === undefined ? 0 : 1;
}

/** Attacks a gateway that it starts, with all behind it. @returns the exit code */
export async function fuzzTheGateway({ seconds, seed }: Pick<Wanted, 'seconds' | 'seed'>): Promise<number> {
  process.stderr.write('gateway            starting a platform\n');
  const progress = new Progress('gateway', seconds);
  const platform = await Platform.start();
  const options = {
    seconds,
    seed,
    onProgress: (count: number, heard: ReadonlyMap<string, number>) =>
      progress.tellText(`${count} connections  ${shown(heard)}`),
  };
  const { conversations, statuses, memoryMiB, finding } = await fuzzGateway(platform, options).finally(() =>
    platform.remove(),
  );
  if (finding !== undefined) process.stdout.write(tell('gateway', finding));
  process.stdout.write(
    `\nfuzz: gateway, ${conversations} connections, ${memoryMiB} MiB, seed ${seed}, answers ${shown(statuses)}: ` +
      `${finding === undefined ? 'everything holds' : 'DOES NOT HOLD'}\n`,
  );
  return finding === undefined ? 0 : 1;
}

function shown(statuses: ReadonlyMap<string, number>): string {
  return [...statuses]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join(' x '))
    .join(', ');
}

async function fuzzOne(
  target: Target,
  { scriptUrl, seconds, seed }: Pick<Wanted, 'scriptUrl' | 'seconds' | 'seed'>,
): Promise<Result> {
  const endsAt = performance.now() + seconds * 1_000;
  const coverage = Coverage.start(scriptUrl);
  const progress = new Progress(target.name, seconds);
  const fuzzer = new Fuzzer(target, {
    seed,
    coverage,
    isOver: () => performance.now() >= endsAt,
    onBatch: ({ runs, kept }) => progress.tell(runs, kept),
  });
  try {
    const finding = await fuzzer.run();
    const { runs, kept, slowestMs } = fuzzer;
    progress.end(runs, kept);
    if (finding !== undefined) process.stdout.write(tell(target.name, finding));
    return { target: target.name, runs, kept, slowestMs, finding };
  } finally {
    coverage.stop();
  }
}
