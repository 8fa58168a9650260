import type { Problem } from '@countersign/contracts';
import type { RequestRefusal } from '@countersign/signing';
import type { Answer, GeneralAnswers } from '../http/answer.js';
import type { Exchange } from './exchange.js';

/**
 * The words in which requests are answered that do not come as far as a handler, or that a service refuses. What
 * decides on answers knows them by what they mean; each dialect says them its own way.
 */
export interface Dialect {
  readonly answers: GeneralAnswers;
  /** The signature does not hold, or no more. */
  readonly refusals: Readonly<Record<RequestRefusal, Answer>>;
  /** A request that cannot be read. `reason` says what was expected, never a value. */
  malformed(reason: string): Answer;
  /** What a service refused, at the route of the exchange, if any. */
  answerTo(problem: Problem, exchange: Exchange | null): Answer;
}
