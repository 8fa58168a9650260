import type { DescribedDialect } from './described-dialect.js';
import type { DialectPart } from './dialect-part.js';
import type { Header, Parameter, Reference } from './openapi.js';
import { wordsOf } from './scheme-words.js';

const requestIdPattern = '^[A-Za-z0-9._:/+=@-]{1,128}$';

/** Headers of every answer of the gateway, whatever the dialect. */
const everyAnswer = Object.freeze({
  'X-Request-ID': {
    description: 'What the request was named in `X-Request-ID`, or an id of ours: the one that log lines carry.',
    required: false,
    schema: { type: 'string', pattern: requestIdPattern },
  },
  'Cache-Control': {
    description: 'Answers are not to be kept.',
    required: true,
    schema: { type: 'string', const: 'no-cache, no-store' },
  },
  Pragma: {
    description: 'The same, for what is older than `Cache-Control`.',
    required: false,
    schema: { type: 'string', const: 'no-cache' },
  },
  Expires: {
    description: 'The same.',
    required: false,
    schema: { type: 'string', const: '-1' },
  },
} as const satisfies Record<string, Header>);

const retryAfter = Object.freeze({
  required: true,
  schema: { type: 'string', pattern: '^[0-9]{1,5}$' },
  example: '1',
} as const);

export const requestId: Parameter = {
  name: 'X-Request-ID',
  in: 'header',
  required: false,
  description: 'Your name for the request: comes back in the answer and stands in the log. Anything else is replaced.',
  schema: { type: 'string', pattern: requestIdPattern },
};

/** Headers of the dialect's answers, by name. */
export function answerHeaders(dialect: DescribedDialect): Readonly<Record<string, Header>> {
  const { answerHeaders: ofScheme, refusals } = dialect.description.scheme;
  const challenge = refusals.map(({ answer }) => answer.challenge).find((one) => one !== undefined);
  return {
    ...ofScheme,
    ...everyAnswer,
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': challengeHeader(challenge) }),
    Allow: {
      description: 'The methods that the path takes (RFC 9110 section 10.2.1).',
      required: true,
      schema: { type: 'string' },
    },
    'Retry-After': { description: wordsOf(dialect.description.scheme).retryAfter, ...retryAfter },
  };
}

function challengeHeader(challenge: string): Header {
  return { description: 'The scheme that is wanted.', required: true, schema: { type: 'string', const: challenge } };
}

/**
 * References to headers, those of every answer and some more; where `isSealed`, the answer cannot be without those of
 * every answer.
 */
export function headersOf(
  part: DialectPart,
  more: readonly string[],
  isSealed: boolean,
): Readonly<Record<string, Header | Reference>> {
  const known = answerHeaders(part.dialect);
  const ofEveryAnswer = [...Object.keys(part.dialect.description.scheme.answerHeaders), ...Object.keys(everyAnswer)];
  const headers: Record<string, Header | Reference> = {};
  for (const name of [...ofEveryAnswer, ...more]) {
    const header = known[name];
    if (header === undefined) continue;
    headers[name] = isSealed && !header.required ? { ...header, required: true } : part.refTo('headers', name);
  }
  return headers;
}
