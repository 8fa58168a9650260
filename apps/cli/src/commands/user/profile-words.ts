import {
  isExtendedPropertyKey,
  isKnowledgeBaseKey,
  isPropertyKey,
  knowledgeBaseKeys,
  pinKey,
  propertyKeys,
} from '@countersign/contracts';
import { readSecretText } from '../../configuration/secret-text.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';

interface ProfileChanges {
  readonly properties: Record<string, string>;
  readonly knowledgeBase: Record<string, { readonly question: string; readonly answer: string }>;
}

/**
 * What `key=value` words from `first` on, and the flags, change of a profile; an empty value clears.
 * @throws Failure for usage
 */
export function profileChangesOf(invocation: Invocation, first: number): ProfileChanges {
  const properties = pairsOf(invocation.words.slice(first), isPropertyKey, `property, of ${propertyKeys.join(', ')}`);
  if (properties[pinKey]) throw usageFault('a PIN shows in process lists', 'give --pin-file PATH, or - for stdin');
  const pinFile = invocation.given.text('pinFile');
  if (pinFile !== undefined) properties[pinKey] = secretOf(invocation, pinFile, '--pin-file');
  return { properties, knowledgeBase: questionsOf(invocation) };
}

/** What `--ext` changes. */
export function extendedChangesOf(invocation: Invocation): Record<string, string> {
  return pairsOf(invocation.given.list('ext'), isExtendedPropertyKey, 'extended property (ExtProperty1 …)');
}

function questionsOf(invocation: Invocation): ProfileChanges['knowledgeBase'] {
  const kind = `question, of ${knowledgeBaseKeys.join(', ')}`;
  const questions = pairsOf(invocation.given.list('question'), isKnowledgeBaseKey, kind);
  const files = pairsOf(invocation.given.list('answerFile'), isKnowledgeBaseKey, kind);
  const single = Object.keys(files).find((key) => !questions[key]);
  if (single !== undefined) throw usageFault(`--answer-file ${single} has no --question ${single}=…`);
  return Object.fromEntries(
    Object.entries(questions).map(([key, question]) => {
      const path = files[key];
      if (question === '') return [key, { question, answer: '' }];
      if (path === undefined) throw usageFault(`--question ${key} has no --answer-file ${key}=PATH`);
      return [key, { question, answer: secretOf(invocation, path, '--answer-file') }];
    }),
  );
}

function secretOf({ terminal }: Invocation, path: string, flag: string): string {
  return readSecretText(path, flag, (text) => terminal.warning(text));
}

/** `key=value` texts as a map; the value may hold further equals signs. */
function pairsOf(texts: readonly string[], isKey: (key: string) => boolean, kind: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of texts) {
    const cut = text.indexOf('=');
    const key = cut === -1 ? text : text.slice(0, cut);
    if (!isKey(key)) throw usageFault(`${key} is no ${kind}`);
    if (cut === -1) throw usageFault(`${key} has no value`, `write ${key}=value, or ${key}= to clear it`);
    if (Object.hasOwn(pairs, key)) throw usageFault(`${key} is given twice`);
    pairs[key] = text.slice(cut + 1);
  }
  return pairs;
}

/** The same changes for eyes, without PIN and answers. */
export function withoutSecrets({ properties, knowledgeBase }: ProfileChanges): ProfileChanges {
  const hidden = (value: string) => (value === '' ? '' : '***');
  const { [pinKey]: pin, ...rest } = properties;
  return {
    properties: { ...rest, ...(pin === undefined ? {} : { [pinKey]: hidden(pin) }) },
    knowledgeBase: Object.fromEntries(
      Object.entries(knowledgeBase).map(([key, { question, answer }]) => [key, { question, answer: hidden(answer) }]),
    ),
  };
}
