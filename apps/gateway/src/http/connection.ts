import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a request holds until its answer has left, such as a place among the requests under way. */
export interface Held {
  leave(): void;
}

/**
 * What one connection owes and holds. Requests of a connection are answered in their order. Node does not tell a
 * response that waits behind another whether it is finished or its client is gone. So this listens to the connection
 * itself, once, and a client that pipelines and hangs up leaves nothing behind.
 */
export class Connection {
  private readonly held = new Map<ServerResponse, Held>();
  private unansweredCount = 0;
  private isEnding = false;
  private isGone = false;
  private latest: ServerResponse | undefined;
  private finalAnswer: (() => void) | undefined;

  static of(socket: Connected): Connection {
    socket[connection] ??= new Connection(socket);
    return socket[connection];
  }

  private constructor(socket: Socket) {
    this.isGone = socket.destroyed;
    socket.once('close', () => this.abandon());
  }

  /** The client is gone and takes no answer. */
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
   * Ends the connection because of bytes that cannot be read as a request. `answer` is called once every request before
   * them is answered, since a client that pipelines takes the next answer for that of the next request. A request that
   * was broken off by these bytes is never answered, so it is not waited for.
   */
  endWith(answer: () => void): void {
    this.end();
    this.finalAnswer = answer;
    this.answerFinally();
  }

  /** Calls `held.leave` at the latest when `response` has left or the client is gone. */
  hold(response: ServerResponse, held: Held): void {
    this.held.set(response, held);
  }

  release(response: ServerResponse): void {
    this.held.delete(response);
  }

  /** Called by `answered` only. */
  finish(response: ServerResponse): void {
    this.unansweredCount -= 1;
    this.held.get(response)?.leave();
    this.answerFinally();
  }

  private answerFinally(): void {
    const isBrokenOff = this.latest?.req.complete === false && !this.latest.writableEnded;
    if (this.unansweredCount > (isBrokenOff ? 1 : 0)) return;
    this.finalAnswer?.();
    this.finalAnswer = undefined;
  }

  private abandon(): void {
    this.isGone = true;
    for (const held of this.held.values()) held.leave();
  }
}

const connection = Symbol('connection');
type Connected = Socket & { [connection]?: Connection };

/** One listener for all responses. */
function answered(this: ServerResponse): void {
  Connection.of(this.req.socket).finish(this);
}
