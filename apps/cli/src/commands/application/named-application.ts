import { registeredForm } from '@countersign/signing';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';

/** The application id that was typed, in its registered form: hyphens and capitals are as good. */
export function namedApplication(invocation: Invocation): string {
  const id = registeredForm(word(invocation, 0));
  if (id === undefined) throw usageFault(`${word(invocation, 0)} is not an application id`, 'it has 32 hex digits');
  return id;
}
