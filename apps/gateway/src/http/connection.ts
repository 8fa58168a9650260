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
  private reading = 0;
  private isChanging = false;
  private readonly waiting: Turn[] = [];

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

  /**
   * Lines a request up among those of the connection, in the order in which they came (RFC 9112 section 9.3.2): reads go
   * side by side, a change goes alone, so that what is sent later comes into force later and a read sees the changes
   * before it. {@link endTurn} ends a turn, also one that has not begun.
   */
  lineUp(method: string | undefined): Turn {
    const turn = new Turn(isSafe(method));
    if (this.waiting.length === 0 && this.mayBegin(turn)) this.beginTurn(turn);
    else this.waiting.push(turn);
    return turn;
  }

  endTurn(turn: Turn): void {
    if (!turn.hasBegun) this.waiting.splice(this.waiting.indexOf(turn), 1);
    else if (turn.isRead) this.reading -= 1;
    else this.isChanging = false;
    for (let next = this.waiting[0]; next !== undefined && this.mayBegin(next); next = this.waiting[0]) {
      this.waiting.shift();
      this.beginTurn(next);
    }
  }

  private mayBegin({ isRead }: Turn): boolean {
    return !this.isChanging && (isRead || this.reading === 0);
  }

  private beginTurn(turn: Turn): void {
    if (turn.isRead) this.reading += 1;
    else this.isChanging = true;
    turn.begin();
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

/** The turn of one request among those of its connection. */
export class Turn {
  private isCalled = false;
  private call: (() => void) | undefined;

  constructor(readonly isRead: boolean) {}

  get hasBegun(): boolean {
    return this.isCalled;
  }

  /** Only the connection calls it. */
  begin(): void {
    this.isCalled = true;
    this.call?.();
  }

  /** Resolves once the turn begins. */
  begun(): Promise<void> {
    if (this.isCalled) return Promise.resolve();
    return new Promise((resolve) => {
      this.call = resolve;
    });
  }
}

/** RFC 9110 section 9.2.1. */
function isSafe(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

const connection = Symbol('connection');
type Connected = Socket & { [connection]?: Connection };

/** One listener for all responses. */
function answered(this: ServerResponse): void {
  Connection.of(this.req.socket).finish(this);
}
