import { type Profiler, Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

/** How often each block of some scripts is run by a piece of work, as V8 counts it. */
export class BlockCounts {
  private readonly session = new Session();

  private constructor(private readonly scripts: RegExp) {}

  /** @param scripts matches the addresses of the scripts to look at */
  static start(scripts: RegExp): BlockCounts {
    // what the optimising compilers inline is not counted
    for (const compiler of ['opt', 'maglev']) setFlagsFromString(`--no-${compiler}`);
    const counts = new BlockCounts(scripts);
    counts.session.connect();
    counts.session.post('Profiler.enable');
    counts.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return counts;
  }

  /** Lines of function, block and count, but for blocks that were not run. */
  of(work: () => void): readonly string[] {
    this.take();
    work();
    return this.take()
      .flatMap(({ functionName, ranges }) =>
        ranges.map(({ startOffset, endOffset, count }) => `${functionName} ${startOffset}-${endOffset}: ${count}`),
      )
      .sort();
  }

  /** How many blocks were run in all: work that is counted instead of timed. */
  async totalOf(work: () => void | Promise<void>): Promise<number> {
    this.take();
    await work();
    const ranges = this.take().flatMap((one) => one.ranges);
    return ranges.reduce((sum, { count }) => sum + count, 0);
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
    setFlagsFromString('--opt');
  }

  /** Counts since the last time; V8 sets them back. Posting to the session of one's own thread answers at once. */
  private take(): readonly Profiler.FunctionCoverage[] {
    let functions: readonly Profiler.FunctionCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      functions = answer.result.filter(({ url }) => this.scripts.test(url)).flatMap((script) => script.functions);
    });
    return functions;
  }
}
