import { malformed } from '../secureauth/contract.js';
import type { Answer } from './answer.js';

/** A verified request whose meaning cannot be read. `reason` is shown to the caller: what was expected, no values. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
  readonly answer: Answer;

  constructor(reason: string, answer: Answer = malformed(reason)) {
    super(reason);
    this.answer = answer;
  }
}
