import type { Terminal } from './terminal.js';

const showEveryMs = 200;
/** Off a terminal it is read in a log. */
const sayEveryMs = 10_000;

/** How far something long is: one line that is written over on a terminal, a line now and then elsewhere. */
export class Progress {
  private startedAt: number;
  private shownAt: number;
  private isShown = false;
  private complaint = { text: '', at: 0 };
  private before = { users: 0, done: 0 };

  /**
   * @param total of bytes, or of whatever `done` counts; unknown: neither percent nor time left is shown
   * @param nowMs milliseconds that never go back
   */
  constructor(
    private readonly terminal: Terminal,
    private readonly total: number | undefined,
    private readonly nowMs: () => number,
  ) {
    this.startedAt = nowMs();
    this.shownAt = this.startedAt;
  }

  /** The clock runs from here on; what an earlier run has done counts as done, and not for the rate. */
  begin(users: number, done: number): void {
    this.startedAt = this.nowMs();
    this.before = { users, done };
  }

  /** Since the beginning. */
  seconds(): number {
    return (this.nowMs() - this.startedAt) / 1_000;
  }

  update(users: number, done: number): void {
    const every = this.terminal.animates ? showEveryMs : sayEveryMs;
    if (this.nowMs() - this.shownAt < every) return;
    this.shownAt = this.nowMs();
    this.show(this.line(users, done));
  }

  /** Something to be read beside the line. */
  say(text: string): void {
    this.clear();
    this.terminal.remark(text);
  }

  /** The same for why it stands still, which many may find out at once: again only after a while. */
  complain(text: string): void {
    if (text === this.complaint.text && this.nowMs() - this.complaint.at < sayEveryMs) return;
    this.complaint = { text, at: this.nowMs() };
    this.say(text);
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.isShown) this.terminal.stderr.write('\r\u001b[K');
    this.isShown = false;
  }

  private show(line: string): void {
    if (!this.terminal.animates) {
      this.terminal.remark(line);
      return;
    }
    this.terminal.stderr.write(`\r${line}\u001b[K`);
    this.isShown = true;
  }

  private line(users: number, done: number): string {
    const seconds = Math.max(0.001, this.seconds());
    const rate = `${users} users, ${Math.round((users - this.before.users) / seconds)}/s`;
    if (this.total === undefined || this.total === 0) return rate;
    const percent = ((done / this.total) * 100).toFixed(1);
    const perSecond = (done - this.before.done) / seconds;
    const left = perSecond > 0 ? `, ${duration((this.total - done) / perSecond)} left` : '';
    return `${percent} %, ${rate}${left}`;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
