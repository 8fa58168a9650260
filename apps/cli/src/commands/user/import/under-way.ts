/** Chunks that wait for their answer at once: enough that no service waits for us, few enough that none drowns. */
const mostAtOnce = 4;
/** How far the newest may be before the oldest: what is done ahead of a hole must be remembered. */
const widest = 64;

/**
 * Bounded work in flight: `room` waits until there is some, which holds back whoever reads the file. Work that shares a
 * name with work under way waits for it.
 */
export class UnderWay {
  private readonly running = new Map<number, ReadonlySet<string>>();
  private failure: { readonly error: unknown } | undefined;
  private changed: (() => void) | undefined;

  /** @throws whatever the first work that failed threw */
  async room(number: number, names: ReadonlySet<string>): Promise<void> {
    while (this.failure === undefined && !this.hasRoom(number, names)) await this.change();
    this.check();
  }

  start(number: number, names: ReadonlySet<string>, work: () => Promise<void>): void {
    this.running.set(number, names);
    work()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.running.delete(number);
        this.changed?.();
      });
  }

  /** Resolves when nothing is under way. @throws as {@link room} */
  async idle(): Promise<void> {
    while (this.failure === undefined && this.running.size > 0) await this.change();
    this.check();
  }

  private hasRoom(number: number, names: ReadonlySet<string>): boolean {
    if (this.running.size >= mostAtOnce) return false;
    for (const [other, taken] of this.running) {
      if (number - other >= widest || share(taken, names)) return false;
    }
    return true;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.changed = resolve;
    });
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}

function share(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const name of other) if (one.has(name)) return true;
  return false;
}
