import { monotonicMs } from '@countersign/clock';

/** Deadlines within one slot share a place and a wake-up. */
const slotMs = 8;

/**
 * One timer for all deadlines: ids are kept by slot, and the timer stands at the earliest. A timer per ask would cost
 * more than the ask's own bookkeeping. Fires at the slot's start, so up to 8 ms before a deadline and never after it
 * (but for a blocked event loop).
 */
export class DeadlineSweep {
  private readonly slots = new Map<number, number[]>();
  private timer: NodeJS.Timeout | undefined;
  private armedSlot = Number.POSITIVE_INFINITY;

  /** @param expired told the ids of a slot whose time has come, settled ones included */
  constructor(private readonly expired: (ids: readonly number[]) => void) {}

  /** @param deadlineAt by `monotonicMs` */
  add(id: number, deadlineAt: number): void {
    const slot = Math.floor(deadlineAt / slotMs);
    const ids = this.slots.get(slot);
    if (ids !== undefined) ids.push(id);
    else {
      this.slots.set(slot, [id]);
      if (slot < this.armedSlot) this.arm(slot);
    }
  }

  /** Forgets all deadlines, when nothing waits any more. */
  clear(): void {
    if (this.slots.size === 0) return;
    clearTimeout(this.timer);
    this.slots.clear();
    this.armedSlot = Number.POSITIVE_INFINITY;
  }

  private arm(slot: number): void {
    clearTimeout(this.timer);
    this.armedSlot = slot;
    this.timer = setTimeout(() => this.sweep(), Math.max(1, slot * slotMs - monotonicMs()));
  }

  private sweep(): void {
    const nowSlot = Math.floor(monotonicMs() / slotMs);
    const due = [...this.slots.keys()]
      .filter((slot) => slot <= Math.max(nowSlot, this.armedSlot))
      .sort((a, b) => a - b);
    this.armedSlot = Number.POSITIVE_INFINITY;
    for (const slot of due) {
      const ids = this.slots.get(slot) ?? [];
      this.slots.delete(slot);
      this.expired(ids);
    }
    if (this.slots.size > 0) this.arm(Math.min(...this.slots.keys()));
  }
}
