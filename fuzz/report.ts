import type { Finding } from './fuzzer.js';

/** What came of one target. */
export interface Result {
  readonly target: string;
  readonly runs: number;
  readonly kept: number;
  readonly slowestMs: number;
  readonly finding: Finding | undefined;
}

const everyMs = 2_000;

/** One line a target on stderr, which moves on a terminal and comes every ten seconds elsewhere. */
export class Progress {
  private readonly startedAt = performance.now();
  private toldAt = this.startedAt;
  private readonly isTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';

  constructor(
    private readonly name: string,
    private readonly seconds: number,
  ) {}

  tell(runs: number, kept: number): void {
    this.tellText(`${grouped(runs)} inputs  ${kept} kept`);
  }

  /** Unless something has just been told. */
  tellText(text: string): void {
    const now = performance.now();
    if (now - this.toldAt < (this.isTerminal ? everyMs / 4 : everyMs * 5)) return;
    this.toldAt = now;
    this.write(text, this.isTerminal ? '' : '\n');
  }

  end(runs: number, kept: number): void {
    this.write(`${grouped(runs)} inputs  ${kept} kept`, '\n');
  }

  private write(text: string, after: string): void {
    const seconds = Math.round((performance.now() - this.startedAt) / 1_000);
    const before = this.isTerminal ? '\r\u001b[2K' : '';
    process.stderr.write(`${before}${this.name.padEnd(18)} ${seconds} of ${this.seconds} s  ${text}${after}`);
  }
}

/** A finding, and how to have it again. */
export function tell(name: string, { input, error }: Finding): string {
  const base64 = input.toString('base64');
  return [
    '',
    `${name}: does not hold`,
    `  ${error.stack ?? error.message}`.replaceAll('\n', '\n  '),
    `  input (${input.length} bytes): ${JSON.stringify(input.subarray(0, 400).toString('latin1'))}`,
    `  again: npm run fuzz -- ${name} ${base64.length <= 4_000 ? `--input ${base64}` : '--seed, as below'}`,
    '',
    '',
  ].join('\n');
}

/** The last lines of a run. */
export function summary(results: readonly Result[], seed: number): string {
  const lines = results.map(({ target, runs, kept, slowestMs, finding }) =>
    [
      target.padEnd(18),
      grouped(runs).padStart(12),
      String(kept).padStart(6),
      `${slowestMs.toFixed(1)} ms`.padStart(11),
      finding === undefined ? '  holds' : '  DOES NOT HOLD',
    ].join(' '),
  );
  const head = ['target'.padEnd(18), '      inputs', '  kept', '    slowest'].join(' ');
  const broken = results.filter(({ finding }) => finding !== undefined).map(({ target }) => target);
  const total = results.reduce((sum, { runs }) => sum + runs, 0);
  const verdict = broken.length === 0 ? 'everything holds' : `does not hold: ${broken.join(', ')}`;
  return `\n${head}\n${lines.join('\n')}\n\nfuzz: ${results.length} targets, ${grouped(total)} inputs, seed ${seed}: ${verdict}\n`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
