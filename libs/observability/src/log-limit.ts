import { monotonicMs } from '@countersign/clock';

interface Window {
  endsAt: number;
  written: number;
  leftOut: number;
}

/**
 * Keeps what happens often from filling the log: when a dependency is down, every request fails alike. Lines of one kind
 * past the limit are counted, and the count stands in the next line of that kind.
 */
export class LogLimit {
  private readonly windows = new Map<string, Window>();

  /** @param lines of one kind that may be written in `everyMs` */
  constructor(
    private readonly lines: number,
    private readonly everyMs: number,
  ) {}

  /**
   * Asked before each line.
   *
   * @returns how many lines of this kind were left out since the last one; `undefined` when this one is left out too
   */
  admit(kind = ''): number | undefined {
    const now = monotonicMs();
    const window = this.windows.get(kind) ?? { endsAt: 0, written: 0, leftOut: 0 };
    this.windows.set(kind, window);
    if (now >= window.endsAt) Object.assign(window, { endsAt: now + this.everyMs, written: 0 });
    if (window.written >= this.lines) {
      window.leftOut += 1;
      return undefined;
    }
    window.written += 1;
    const { leftOut } = window;
    window.leftOut = 0;
    return leftOut;
  }
}
