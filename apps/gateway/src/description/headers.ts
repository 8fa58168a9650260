import { authenticateChallenge } from '../secureauth/contract.js';
import type { Header, Parameter, Reference } from './openapi.js';

const signedDate = '^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$';

/** Headers of answers, by the name of their component; the component's name is the header's. */
export const answerHeaders = Object.freeze({
  'X-SA-DATE': {
    description: 'When the answer was signed; the first part of what its signature covers.',
    required: false,
    schema: { type: 'string', pattern: signedDate },
    example: 'Fri, 31 Jan 2020 09:05:07 GMT',
  },
  'X-SA-SIGNATURE': {
    description: 'Base64 of HMAC-SHA256 over `X-SA-DATE`, application id and body, joined by line feeds.',
    required: false,
    schema: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
    example: 'N3OS61mcHk/flWvD6qG3qL867IvtdmcCT2wP3uu5klo=',
  },
  'X-Request-ID': {
    description: 'What the request was named in `X-Request-ID`, or an id of ours: the one that log lines carry.',
    required: false,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:/+=@-]{1,128}$' },
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
  'WWW-Authenticate': {
    description: 'The scheme that is wanted.',
    required: true,
    schema: { type: 'string', const: authenticateChallenge },
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is signed anew and sent again.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]{1,5}$' },
    example: '1',
  },
} as const satisfies Record<string, Header>);

export type AnswerHeader = keyof typeof answerHeaders;

/** Headers of requests beside `Authorization`, which the security scheme describes. */
export const requestHeaders = Object.freeze({
  signedDate: {
    name: 'X-SA-Ext-Date',
    in: 'header',
    required: false,
    description:
      'The date that is signed, in milliseconds: `ddd, dd MMM yyyy HH:mm:ss.fff GMT`. Left out only by clients that send `X-SA-Date` or `Date` instead, to the second.',
    schema: { type: 'string' },
    example: 'Fri, 31 Jan 2020 09:05:07.042 GMT',
  },
  requestId: {
    name: 'X-Request-ID',
    in: 'header',
    required: false,
    description:
      'Your name for the request: comes back in the answer and stands in the log. Anything else is replaced.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:/+=@-]{1,128}$' },
  },
} as const satisfies Record<string, Parameter>);

const ofEveryAnswer = ['X-SA-DATE', 'X-SA-SIGNATURE', 'X-Request-ID', 'Cache-Control', 'Pragma', 'Expires'] as const;

/** References to headers by name; where `isSigned`, the answer cannot be without its signature. */
export function headersOf(
  names: readonly AnswerHeader[],
  isSigned: boolean,
): Readonly<Record<string, Header | Reference>> {
  const headers: Record<string, Header | Reference> = {};
  for (const name of [...ofEveryAnswer, ...names]) {
    const isRequired = isSigned && !answerHeaders[name].required;
    headers[name] = isRequired ? { ...answerHeaders[name], required: true } : { $ref: `#/components/headers/${name}` };
  }
  return headers;
}
