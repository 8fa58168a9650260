import type { IncomingMessage } from 'node:http';
import type { BodyBudget } from './body-budget.js';

/** Why a body is not read to its end. */
export type BodyFault = 'too-large' | 'overloaded';

/**
 * The bytes of a body as they came, for any method and any content type: they are signed before they mean anything.
 * Past the limit or the budget nothing more is kept; what still comes is thrown away, until the request's own time is
 * over. The caller releases the body, once it is verified or refused.
 *
 * A body that breaks off is never answered: its client is gone.
 */
export function readRawBody(
  request: IncomingMessage,
  limitBytes: number,
  budget: BodyBudget,
): Promise<RawBody | BodyFault> {
  const length = request.headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  if (announcedBytes !== undefined && announcedBytes > limitBytes) {
    request.resume();
    return Promise.resolve('too-large');
  }
  return new Promise((resolve) => {
    const body = new RawBody(budget, announcedBytes ?? limitBytes);
    request.on('error', ignore);
    request.on('data', (chunk: Buffer) => {
      const fault = body.append(chunk);
      if (fault !== undefined) resolve(fault);
    });
    request.on('end', () => resolve(body));
    request.on('close', () => {
      if (!request.readableEnded) body.release();
    });
  });
}

/**
 * A body that is arriving, in one buffer that grows as bytes come: a chunk has its own buffer, which for a byte is
 * many times its size, and a length that is only announced costs nothing. The first bytes are not taken from the
 * budget, since a connection has but one body arriving and connections are bounded: so a client
 * that fills the budget does not block small bodies.
 */
export class RawBody {
  private buffer: Buffer = nothing;
  private length = 0;
  private takenBytes = 0;
  private fault: BodyFault | undefined;

  /** @param ceilingBytes as long as it can become */
  constructor(
    private readonly budget: BodyBudget,
    private readonly ceilingBytes: number,
  ) {}

  /** What has come. Not a copy. */
  get bytes(): Buffer {
    return this.length === this.buffer.length ? this.buffer : this.buffer.subarray(0, this.length);
  }

  append(chunk: Buffer): BodyFault | undefined {
    if (this.fault !== undefined) return this.fault;
    const length = this.length + chunk.length;
    if (length > this.ceilingBytes) return this.fail('too-large');
    if (chunk.length === this.ceilingBytes) return this.keepWhole(chunk);
    if (length > this.buffer.length && !this.grow(length)) return this.fail('overloaded');
    chunk.copy(this.buffer, this.length);
    this.length = length;
    return undefined;
  }

  /** Gives back what was taken from the budget; the bytes stay. */
  release(): void {
    this.budget.giveBack(this.takenBytes);
    this.takenBytes = 0;
  }

  /** All of it came at once, as most bodies do. */
  private keepWhole(chunk: Buffer): BodyFault | undefined {
    if (!this.take(chunk.length)) return this.fail('overloaded');
    this.buffer = chunk;
    this.length = chunk.length;
    return undefined;
  }

  private grow(length: number): boolean {
    const capacity = Math.min(Math.max(length, 2 * this.buffer.length, FREE_BYTES), this.ceilingBytes);
    if (!this.take(capacity)) return false;
    // Not from Node's pool, of which a few bytes would keep a whole slab.
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
    return true;
  }

  private take(capacity: number): boolean {
    const more = Math.max(0, capacity - FREE_BYTES) - this.takenBytes;
    if (!this.budget.take(more)) return false;
    this.takenBytes += more;
    return true;
  }

  private fail(fault: BodyFault): BodyFault {
    this.fault = fault;
    this.buffer = nothing;
    this.length = 0;
    this.release();
    return fault;
  }
}

const nothing = Buffer.alloc(0);
const FREE_BYTES = 4_096;

function ignore(): void {}
