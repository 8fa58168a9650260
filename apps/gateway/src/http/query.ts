import { isWellFormedText } from '@countersign/contracts';
import { MalformedRequest } from './malformed-request.js';

/**
 * Whether a query names a parameter. The router and the reader of the value ask the same question of the same text.
 * @param query `?` and what follows, or empty
 */
export function namesParameter(query: string, name: string): boolean {
  return query !== '' && pairsOf(query).some(([written]) => decoded(written) === name);
}

/**
 * The value of a parameter that may be there once (URL Standard 5.1, `+` is a space); undefined if it is not. Two of it
 * are refused, as one reader would take the first and another the last.
 * @throws MalformedRequest if it occurs twice, or anything in the query is not percent-encoded UTF-8
 */
export function parameterOf(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  const values = pairsOf(query)
    .map(([written, value]) => [strictlyDecoded(written), strictlyDecoded(value)])
    .filter(([found]) => found === name)
    .map(([, value]) => value);
  if (values.length > 1) throw new MalformedRequest(`${name} is in the query more than once`);
  return values[0];
}

function pairsOf(query: string): readonly (readonly [string, string])[] {
  return query
    .slice(1)
    .split('&')
    .map((pair) => {
      const equalsAt = pair.indexOf('=');
      return equalsAt === -1 ? [pair, ''] : [pair.slice(0, equalsAt), pair.slice(equalsAt + 1)];
    });
}

function strictlyDecoded(written: string): string {
  const text = decoded(written);
  if (text === undefined || UNFIT.test(text) || !isWellFormedText(text)) {
    throw new MalformedRequest('query is not acceptable');
  }
  return text;
}

function decoded(written: string): string | undefined {
  // `#` ends a query, so a proxy before the gateway may have read less than the gateway does.
  if (written.includes('#')) return undefined;
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f]/;
