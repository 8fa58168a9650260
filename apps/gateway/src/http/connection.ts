import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Place } from './throttle.js';

/**
 * What one connection owes and holds. Requests of a connection are answered in their order, and Node tells a response
 * that waits behind another neither that it is finished nor that nobody is left to take it: so it is the connection
 * that is listened to, once, and whoever pipelines and hangs up leaves nothing behind.
 */
export class Connection {
  private readonly places = new Map<ServerResponse, Place>();
  private unansweredCount = 0;
  private isEnding = false;
  private isGone = false;
  private latest: ServerResponse | undefined;
  private lastWords: (() => void) | undefined;

  static of(socket: Connected): Connection {
    socket[connection] ??= new Connection(socket);
    return socket[connection];
  }

  private constructor(socket: Socket) {
    this.isGone = socket.destroyed;
    socket.once('close', this.abandon);
  }

  /** Nobody is left to take an answer. */
  get isClosed(): boolean {
    return this.isGone;
  }

  /**
   * Counts a request until its answer has left. False: `limit` others still wait for theirs, or one of them ends the
   * connection. Such a request must not be acted upon, and no later one either (RFC 9112 section 9.6).
   */
  begin(response: ServerResponse, limit: number): boolean {
    this.unansweredCount += 1;
    this.latest = response;
    response.on('finish', answered);
    if (this.unansweredCount > limit) this.end();
    return !this.isEnding;
  }

  /** From now on no request is begun: the one that is being answered is the last. */
  end(): void {
    this.isEnding = true;
  }

  /**
   * Ends the connection because of what cannot be read: `speak` is called once every request before it is answered,
   * since whoever pipelines takes the next answer for that of the next request. One that was broken off by it, and so
   * will never be answered, is not waited for.
   */
  endWith(speak: () => void): void {
    this.end();
    this.lastWords = speak;
    this.speakLast();
  }

  /** Frees `place` at the latest when `response` has left or nobody is left to take it. */
  hold(response: ServerResponse, place: Place): void {
    this.places.set(response, place);
  }

  release(response: ServerResponse): void {
    this.places.delete(response);
  }

  /** Only `answered` calls it. */
  finish(response: ServerResponse): void {
    this.unansweredCount -= 1;
    this.places.get(response)?.leave();
    this.speakLast();
  }

  private speakLast(): void {
    const isBrokenOff = this.latest?.req.complete === false && !this.latest.writableEnded;
    if (this.unansweredCount > (isBrokenOff ? 1 : 0)) return;
    this.lastWords?.();
    this.lastWords = undefined;
  }

  private readonly abandon = (): void => {
    this.isGone = true;
    for (const place of this.places.values()) place.leave();
  };
}

const connection = Symbol('connection');
type Connected = Socket & { [connection]?: Connection };

/** One listener for all responses. */
function answered(this: ServerResponse): void {
  Connection.of(this.req.socket).finish(this);
}
