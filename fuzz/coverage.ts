import { type Profiler, Session } from 'node:inspector';

/**
 * Which paths through the functions of one script an input takes, by V8's own block counts: that is what leads the
 * fuzzer to inputs that no mutation of the seeds would find. It needs no instrumented build and no native package.
 */
export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();
  private readonly seenAlone = new Set<string>();

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

  /** Ways through functions that were met so far. */
  get ways(): number {
    return this.seenAlone.size;
  }

  /** Whether anything new was met since the last look, by however many inputs. */
  metNew(): boolean {
    return this.add(this.seen);
  }

  /** The same of one input. */
  metNewAlone(): boolean {
    return this.add(this.seenAlone);
  }

  forget(): void {
    this.take();
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }

  private add(seen: Set<string>): boolean {
    const before = seen.size;
    for (const { ranges } of this.take()) seen.add(wayOf(ranges));
    return seen.size > before;
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

/** The function, and those of its blocks that were not entered. */
function wayOf(ranges: readonly Profiler.CoverageRange[]): string {
  return ranges
    .filter(({ count }, index) => index === 0 || count === 0)
    .map(({ startOffset, endOffset }) => `${startOffset}-${endOffset}`)
    .join(' ');
}
