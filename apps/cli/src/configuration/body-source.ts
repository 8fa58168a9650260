import { readFileSync } from 'node:fs';

/**
 * The bytes meant by `-d`: `@path` is the file's, `-` is stdin, anything else is the text itself. They are sent and
 * signed as they are, also when they are not JSON.
 */
export function readBody(given: string | undefined): Buffer | undefined {
  if (given === undefined) return undefined;
  if (given === '-') return readFileSync(0);
  if (given.startsWith('@')) return readFileSync(given.slice(1));
  return Buffer.from(given);
}
