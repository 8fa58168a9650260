import { Problem } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import type { Bus } from '../connection/bus.js';
import { OncePerTurn } from '../connection/turn.js';
import { batchLimits, writeAnswer, writeArray } from '../wire/batch-wire.js';
import { encodeHeaders, headerNames, refusalHeaders } from '../wire/message-headers.js';
import { bodyRoom } from '../wire/payload.js';

/** Where an answer goes: a reply inbox, and within a batch the item's id. */
export interface AnswerAddress {
  readonly reply: string;
  readonly itemId: number | string | undefined;
}

/**
 * Sends answers: what one event-loop turn finishes leaves in one socket write, and what it finishes of one batch in
 * one message.
 */
export class AnswerPublisher {
  private singles: (() => void)[] = [];
  private batches = new Map<string, string[]>();
  private readonly turn = new OncePerTurn(() => this.send());

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger | undefined,
  ) {}

  /** @param body JSON text of the reply */
  reply(to: AnswerAddress, body: string): void {
    const bytes = Buffer.byteLength(body);
    if (bytes > bodyRoom(this.bus.connection)) {
      this.logger?.error({ bytes }, 'reply is larger than a message can be');
      this.refuse(to, new Problem('internal', 'the reply is larger than a message can be'));
    } else this.enqueue(to, 200, body);
  }

  refuse(to: AnswerAddress, problem: Problem): void {
    this.enqueue(to, problem.status, JSON.stringify(problem.toBody()), problem);
  }

  /** Sends now what waits for the end of the turn. */
  flush(): void {
    this.turn.flush();
  }

  private enqueue({ reply, itemId }: AnswerAddress, status: number, body: string, problem?: Problem): void {
    if (itemId === undefined) {
      const headers = problem && encodeHeaders(refusalHeaders(problem.toBody().title, status));
      this.singles.push(() => this.bus.connection.publish(reply, body, headers && { headers }));
    } else {
      const answer = writeAnswer(itemId, status, body);
      const answers = this.batches.get(reply);
      if (answers === undefined) this.batches.set(reply, [answer]);
      else answers.push(answer);
    }
    this.turn.want();
  }

  private send(): void {
    const { singles, batches } = this;
    this.singles = [];
    this.batches = new Map();
    for (const publish of singles) this.attempt(publish);
    for (const [reply, answers] of batches)
      for (const part of partsOf(answers, Math.min(batchLimits.bytes, bodyRoom(this.bus.connection))))
        this.attempt(() => {
          const headers = encodeHeaders({ [headerNames.batch]: String(part.length) });
          this.bus.connection.publish(reply, writeArray(part), { headers });
        });
  }

  /** Publishing fails when the connection is down or closed. The asker learns of it from its own connection or deadline. */
  private attempt(publish: () => void): void {
    try {
      publish();
    } catch (error) {
      this.logger?.warn({ reason: String(error) }, 'answer could not be sent');
    }
  }
}

/** Cuts answers into messages of at most so many bytes; an answer larger than that has a message of its own. */
function partsOf(answers: readonly string[], maxBytes: number): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let bytes = 2;
  for (const answer of answers) {
    const length = Buffer.byteLength(answer) + 1;
    if (part.length > 0 && bytes + length > maxBytes) {
      parts.push(part);
      part = [];
      bytes = 2;
    }
    part.push(answer);
    bytes += length;
  }
  parts.push(part);
  return parts;
}
