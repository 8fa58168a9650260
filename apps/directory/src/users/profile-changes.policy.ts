import { pinKey } from '@countersign/contracts';
import { isMailAddress } from './mail-address.policy.js';

/** What a caller asks to change: a key that is absent stays, an empty string clears (secureauth C.2). */
export interface ProfileChanges {
  readonly properties: Readonly<Record<string, string>>;
  readonly knowledgeBase: Readonly<Record<string, { readonly question: string; readonly answer: string }>>;
}

/** The same, divided by how a value is kept: as it is, or as a secret. An empty string clears. */
export interface DividedChanges {
  readonly properties: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
  /** The PIN under `pinHash`, answers under the key of their question. */
  readonly secrets: Readonly<Record<string, string>>;
}

const mailKey = /^email[0-9]+$/;

/** UTF-16 units of a PIN or an answer in NFC: what a strict realm hashes has an end, and one rule is for all realms. */
const longestSecret = 1_000;
/** NFC makes three units of one at most (UAX 15). */
const longestGrowth = 3;

/** The first thing about the values that is not acceptable; whatever it is, nothing is applied. */
export function faultOf(changes: ProfileChanges): 'user.email_invalid' | 'user.property_invalid' | undefined {
  for (const [key, value] of Object.entries(changes.properties)) {
    if (mailKey.test(key) && value !== '' && !isMailAddress(value)) return 'user.email_invalid';
  }
  // A question nobody can answer, or an answer to nothing, is a slip of the caller: storing it would hide the slip.
  const pairs = Object.values(changes.knowledgeBase);
  if (pairs.some((it) => (it.question === '') !== (it.answer === ''))) return 'user.property_invalid';
  const secrets = [changes.properties[pinKey] ?? '', ...pairs.map(({ answer }) => answer)];
  return secrets.some(isTooLong) ? 'user.property_invalid' : undefined;
}

function isTooLong(secret: string): boolean {
  return secret.length * longestGrowth > longestSecret && secret.normalize('NFC').length > longestSecret;
}

/** Sets apart what is kept as a secret: the PIN and the answers. */
export function divide(changes: ProfileChanges): DividedChanges {
  const { [pinKey]: pin, ...properties } = changes.properties;
  const pairs = Object.entries(changes.knowledgeBase);
  return {
    properties,
    questions: Object.fromEntries(pairs.map(([key, { question }]) => [key, question])),
    secrets: {
      ...(pin === undefined ? {} : { [pinKey]: pin }),
      ...Object.fromEntries(pairs.map(([key, { answer }]) => [key, answer])),
    },
  };
}

/** Values of `stored` after `changes`: an empty string takes its key away. The result is a new object. */
export function merge(
  stored: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== ''));
}

/** Keys that `after` sets anew or otherwise than `before`, and keys that it lacks. */
export function difference(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { readonly set: readonly string[]; readonly cleared: readonly string[] } {
  return {
    set: Object.keys(after).filter((key) => !Object.hasOwn(before, key) || before[key] !== after[key]),
    cleared: Object.keys(before).filter((key) => !Object.hasOwn(after, key)),
  };
}

/** The mail addresses among `properties`. */
export function mailAddressesIn(properties: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(properties).flatMap(([key, value]) => (mailKey.test(key) ? [value] : []));
}
