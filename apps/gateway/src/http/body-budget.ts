/** Bounds the memory that all bodies together take before a signature vouches for them (guarantee G8). */
export class BodyBudget {
  private taken = 0;

  constructor(private readonly limitBytes: number) {}

  get takenBytes(): number {
    return this.taken;
  }

  /** False: there is not so much left, and nothing is taken. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.limitBytes) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}
