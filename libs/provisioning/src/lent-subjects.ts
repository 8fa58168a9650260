import { principals } from '@countersign/contracts';
import { permissionsOf } from './permissions.js';

const isOfStreams = /^(\$JS\.|countersign\.v1\.event\.)/;

/**
 * What the users of the bus may publish into the account of the streams: events, fetches, acknowledgements, and an
 * operator's looking around. Each of them still needs the permission; this says only what exists on their side. No
 * subject covers another, since a message would then be lent twice.
 */
export const lentSubjects: readonly string[] = Object.freeze(withoutCovered(permittedSubjects()));

function permittedSubjects(): string[] {
  const users = principals.filter((principal) => principal !== 'provisioner');
  const permitted = users.flatMap((principal) => permissionsOf(principal).publish);
  return [...new Set(permitted.filter((subject) => isOfStreams.test(subject)))];
}

function withoutCovered(subjects: readonly string[]): string[] {
  return subjects.filter((subject) => !subjects.some((other) => other !== subject && covers(other, subject)));
}

/** By NATS's rules for wildcards. */
function covers(wide: string, narrow: string): boolean {
  const [have, want] = [wide.split('.'), narrow.split('.')];
  const isOpen = have.at(-1) === '>';
  if (isOpen ? want.length < have.length : want.length !== have.length) return false;
  return have.every((token, at) => token === '>' || token === '*' || token === want[at]);
}
