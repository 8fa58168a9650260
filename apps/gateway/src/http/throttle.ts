import type { ServerResponse } from 'node:http';
import type { Connection, Held } from './connection.js';

/**
 * Bounds the requests that are under way at once (guarantee G8). Only a request whose credential was verified takes a
 * place, so that strangers cannot fill them. Requests that have not won their claim take at most half of the places, so
 * that spent requests sent again cannot fill them either. A request that wins keeps its place, as it could not be sent
 * again.
 */
export class Throttle {
  private readonly notWonLimit: number;
  private underWay = 0;
  private notWon = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly limit: number) {
    this.notWonLimit = Math.ceil(limit / 2);
  }

  get count(): number {
    return this.underWay;
  }

  /** A place until the answer is made or the client is gone; undefined if there is none. */
  enter(connection: Connection, response: ServerResponse): Place | undefined {
    if (connection.isClosed || this.underWay >= this.limit || this.notWon >= this.notWonLimit) return undefined;
    this.underWay += 1;
    this.notWon += 1;
    const place = new Place(this, connection, response);
    connection.hold(response, place);
    return place;
  }

  /** Only a place calls it. */
  won(): void {
    this.notWon -= 1;
  }

  /** Only a place calls it. */
  left(hasWon: boolean): void {
    if (!hasWon) this.notWon -= 1;
    this.underWay -= 1;
    if (this.underWay > 0) return;
    const waiting = this.whenIdle;
    this.whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }
}

/** The place of one request; given back once, however often it is left. */
export class Place implements Held {
  private state: 'not-won' | 'won' | 'left' = 'not-won';

  constructor(
    private readonly throttle: Throttle,
    private readonly connection: Connection,
    private readonly response: ServerResponse,
  ) {}

  /** The claim is won: from now on the request counts among those that do something. */
  win(): void {
    if (this.state !== 'not-won') return;
    this.state = 'won';
    this.throttle.won();
  }

  leave(): void {
    if (this.state === 'left') return;
    const hasWon = this.state === 'won';
    this.state = 'left';
    this.connection.release(this.response);
    this.throttle.left(hasWon);
  }
}
