import { type Profiler, Session } from 'node:inspector';

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Which parts of one script have been run, by V8's own block counts: that is what leads the fuzzer to inputs that no
 * mutation of the seeds would find. It needs no instrumented build and no native package.
 */
export class Coverage {
  private readonly session = new Session();
  /** By function: what of it has not been run yet. */
  private readonly unmet = new Map<string, readonly Stretch[]>();

  private constructor(private readonly url: string) {}

  /** @param url of the script that holds parsers and targets */
  static start(url: string): Coverage {
    const coverage = new Coverage(url);
    coverage.session.connect();
    coverage.session.post('Profiler.enable');
    coverage.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    coverage.take();
    return coverage;
  }

  /** Whether what was run since the last look has met something new; if so, it is not new the next time. */
  meetsNew(): boolean {
    return this.look(false);
  }

  /** The same, but it stays new: so that those who met it together can be looked at one by one. */
  hasNew(): boolean {
    return this.look(true);
  }

  /** What was run since the last look is not looked at. */
  forget(): void {
    this.take();
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }

  private look(isOnlyLooking: boolean): boolean {
    let isNew = false;
    for (const { ranges } of this.take()) {
      const [whole, ...blocks] = ranges;
      if (whole === undefined || whole.count === 0) continue;
      const name = `${whole.startOffset}-${whole.endOffset}`;
      const missed = blocks
        .filter(({ count }) => count === 0)
        .map(({ startOffset: from, endOffset: to }) => ({ from, to }));
      const before = this.unmet.get(name);
      const left = before === undefined ? missed : overlap(before, missed);
      if (before !== undefined && sizeOf(left) === sizeOf(before)) continue;
      isNew = true;
      if (!isOnlyLooking) this.unmet.set(name, left);
    }
    return isNew;
  }

  /** Counts since the last time; V8 sets them back. Posting to the session of one's own thread answers at once. */
  private take(): readonly Profiler.FunctionCoverage[] {
    let functions: readonly Profiler.FunctionCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      functions = answer.result.find(({ url }) => url === this.url)?.functions ?? [];
    });
    return functions;
  }
}

/** What is in both; stretches of V8 are nested or apart. */
function overlap(some: readonly Stretch[], others: readonly Stretch[]): readonly Stretch[] {
  return some.flatMap((one) =>
    others
      .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
      .filter(({ from, to }) => from < to),
  );
}

function sizeOf(stretches: readonly Stretch[]): number {
  let [size, end] = [0, 0];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    size += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return size;
}
