import type { ServerResponse } from 'node:http';

/**
 * Bounds the requests that are under way at once (guarantee G8). Only a request whose signature held takes a place, so
 * that strangers cannot fill them; the place is free again when the answer has left or nobody is left to take it.
 */
export class Throttle {
  private underWay = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get count(): number {
    return this.underWay;
  }

  /** Takes a place until `response` closes; false if there is none. */
  enter(response: ServerResponse): boolean {
    if (this.underWay >= this.limit) return false;
    this.underWay += 1;
    response.on('close', this.leave);
    if (response.closed) this.leave();
    return true;
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private readonly leave = (): void => {
    this.underWay -= 1;
    if (this.underWay > 0) return;
    const waiting = this.whenIdle;
    this.whenIdle = [];
    for (const resolve of waiting) resolve();
  };
}
