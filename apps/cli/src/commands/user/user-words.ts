import { aliases, type UserChangesInput, userChanges } from '@countersign/contracts';
import { z } from 'zod';
import { readSecretText } from '../../configuration/secret-text.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { type UserField, userFieldOf, userOfFields } from '../../records/user-field.js';
import { faultsOf } from '../../schema-faults.js';

/** Changes of a user as an operator makes them. */
export type GivenChanges = UserChangesInput & { readonly aliases?: string[] };

const givenChanges = z.object({ ...userChanges, aliases: aliases.optional() });

/** What an operator does not write: other commands change these, verification alone sets the last. */
const notWritable = /^(?:userId|passwordHash|state|groups)$|\.verifiedAt$/;

const examples =
  'fields are name.given, emails.1, emails.1.kind, attributes.custom1, aliases and so on: see user set --help';

/**
 * What `key=value` words from `first` on, and the flags, change of a user; an empty value clears.
 * @throws Failure for usage
 */
export function userChangesOf(invocation: Invocation, first: number): GivenChanges {
  const texts = new Map<string, readonly [UserField, string]>();
  const add = (name: string, field: UserField | undefined, text: string) => {
    if (field === undefined || notWritable.test(field.path)) throw usageFault(`${name} is no field to set`, examples);
    if (texts.has(field.path)) throw usageFault(`${field.path} is given twice`);
    texts.set(field.path, [field, text]);
  };
  for (const [name, value] of pairsOf(invocation.words.slice(first))) {
    const field = userFieldOf(name);
    if (field !== undefined) refuseSecret(field, value);
    add(name, field, value);
  }
  for (const [name, path] of pairsOf(invocation.given.list('answerFile'))) {
    add(name, userFieldOf(`${name}.answer`), secretOf(invocation, path, '--answer-file'));
  }
  const pinFile = invocation.given.text('pinFile');
  if (pinFile !== undefined) add('pin', userFieldOf('pin'), secretOf(invocation, pinFile, '--pin-file'));
  for (const [field] of [...texts.values()]) completeHalves(field, texts);
  const changes = userOfFields(texts.values());
  const parsed = givenChanges.safeParse(changes);
  if (!parsed.success) throw usageFault(faultsOf(parsed.error, changes));
  return changes as GivenChanges;
}

/** `key=value` texts as pairs; the value may hold further equals signs. */
function pairsOf(texts: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return texts.map((text) => {
    const cut = text.indexOf('=');
    if (cut === -1) throw usageFault(`${text} has no value`, `write ${text}=value, or ${text}= to clear it`);
    return [text.slice(0, cut), text.slice(cut + 1)];
  });
}

function refuseSecret({ path, steps: [head, key, part] }: UserField, value: string): void {
  if (path === 'pin' && value !== '') {
    throw usageFault('a PIN shows in process lists', 'give --pin-file PATH, or - for stdin');
  }
  if (part === 'answer') {
    throw usageFault('an answer shows in process lists', `give --answer-file ${head}.${key}=PATH, or - for stdin`);
  }
}

/** A question goes with its answer, and both are cleared together; a part of a contact goes with its value. */
function completeHalves({ steps }: UserField, texts: Map<string, readonly [UserField, string]>): void {
  const [head, key, part] = steps;
  if (part === undefined || part === 'value') return;
  const owner = `${head}.${key}`;
  if (head !== 'questions') {
    if (!texts.has(owner)) throw usageFault(`${owner}.${part} has no value beside it`, `give ${owner}=value too`);
    return;
  }
  const question = texts.get(`${owner}.question`)?.[1];
  const answer = userFieldOf(`${owner}.answer`);
  if (question === undefined) throw usageFault(`${owner} has an answer but no question`, `give ${owner}.question=text`);
  if (texts.has(`${owner}.answer`) || answer === undefined) return;
  if (question !== '') throw usageFault(`${owner}.question has no answer`, `give --answer-file ${owner}=PATH`);
  texts.set(answer.path, [answer, '']);
}

function secretOf({ terminal }: Invocation, path: string, flag: string): string {
  return readSecretText(path, flag, (text) => terminal.warning(text));
}

/** The same changes for eyes, without PIN and answers. */
export function withoutSecrets({ pin, questions, ...changes }: GivenChanges): object {
  const hidden = (value: string | undefined) => value && '***';
  return {
    ...changes,
    ...(pin === undefined ? {} : { pin: hidden(pin) }),
    ...(questions === undefined
      ? {}
      : {
          questions: Object.fromEntries(
            Object.entries(questions).map(([key, { question, answer }]) => [key, { question, answer: hidden(answer) }]),
          ),
        }),
  };
}
