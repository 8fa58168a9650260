/**
 * Runs `work` once at the end of the event-loop turn in which it was wanted, however often it was wanted: after all
 * input that is already there has been handled, and before the process would wait for more. Nothing is held back: a
 * lone message leaves in the same turn.
 */
export class OncePerTurn {
  private handle: NodeJS.Immediate | undefined;

  constructor(private readonly work: () => void) {}

  want(): void {
    this.handle ??= setImmediate(() => {
      this.handle = undefined;
      this.work();
    });
  }

  /** Does wanted work now, when there will be no later. */
  flush(): void {
    if (this.handle === undefined) return;
    clearImmediate(this.handle);
    this.handle = undefined;
    this.work();
  }
}
