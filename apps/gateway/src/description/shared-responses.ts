import type { RequestRefusal } from '@countersign/signing';
import { general, malformed, refusals, type Saying } from '../secureauth/contract.js';
import {
  fixedAnswer,
  type PossibleAnswer,
  type ResponseFacts,
  responseOf,
  schemaNamed,
  schemaOf,
  variableAnswer,
} from './answers.js';
import type { JsonSchema, Response } from './openapi.js';

type AnswerName = keyof typeof general;

/** When each answer that belongs to no endpoint is given. One without a line here does not compile. */
const whenAnswered: Readonly<Record<AnswerName, string>> = Object.freeze({
  targetMalformed: 'The path is not one that everybody reads the same way.',
  valueMalformed: 'A value is longer than allowed, or holds U+0000 or half of a surrogate pair.',
  requestUnreadable: 'What came is not HTTP. The connection ends; nothing is signed.',
  methodUnsupported: 'The method is CONNECT: the gateway is no proxy.',
  codingUnsupported: 'The body is compressed.',
  transferUnsupported: 'Transfer-Encoding is anything but chunked. The connection ends.',
  notPermitted: 'The application lacks the permission that the endpoint asks for.',
  notFound: 'Nothing is at this path for this method.',
  conflict: 'The same signature is being used for another request.',
  timedOut: 'The request did not arrive whole in time. The connection ends; nothing is signed.',
  tooLarge: 'The body is larger than the gateway is set to take.',
  headersTooLarge: 'The headers are larger than 16 KiB. The connection ends; nothing is signed.',
  fault: 'A fault of ours. It stands in the log under the `X-Request-ID` of the answer.',
  unavailable: 'The replay store, a service or its database is not reachable, or does not answer in time.',
  recovering: 'The replay store has lost its memory and refuses what it cannot judge, for a moment.',
  overloaded: 'More requests are under way than the gateway is set to take.',
  closing: 'The gateway is shutting down.',
});

/** The eight, in the order in which they are looked for. */
const whenRefused: Readonly<Record<RequestRefusal, string>> = Object.freeze({
  'header-missing': 'No `Authorization` header.',
  'scheme-unknown': 'The scheme is not `Basic`.',
  'value-empty': 'Nothing follows the scheme.',
  'format-wrong': 'The value is not base64, or no `id:signature` is inside.',
  'application-unknown': 'The application is not registered, is disabled, or belongs to another realm.',
  'clock-skewed': 'The date is missing, of another form, or too far from now.',
  'credentials-invalid': 'The signature is not that of this request by a key of the application.',
  'seen-before': 'The same signature was used before.',
});

const refused = (Object.keys(whenRefused) as RequestRefusal[]).map((refusal) =>
  fixedAnswer(refusal, whenRefused[refusal], refusals[refusal]),
);

function shared(...names: readonly AnswerName[]): readonly PossibleAnswer[] {
  return names.map((name) => fixedAnswer(name, whenAnswered[name], general[name]));
}

const example: Saying = malformed('body is not a JSON object');
const unfit = variableAnswer(
  'malformed',
  'The request is not of the form that the endpoint asks for; the text says why.',
  example,
  {
    pattern: `^${malformed('').message.slice(0, -1)}.+\\.$`,
  },
);

/** Whether an answer is one of those that any endpoint can give. */
export function isShared({ http, status, message }: Pick<Saying, 'http' | 'status' | 'message'>): boolean {
  return Object.values(general).some(
    (answer) => answer.http === http && answer.status === status && answer.message === message,
  );
}

/** What may be answered to any request, by the name of its component. */
const facts = Object.freeze({
  Malformed: {
    description: 'The request cannot be understood.',
    answers: [unfit, ...shared('targetMalformed', 'valueMalformed', 'requestUnreadable')],
  },
  Refused: {
    description: 'The signature is refused. From the sixth on there is a key to sign the answer with.',
    answers: refused,
    headers: ['WWW-Authenticate'],
  },
  NotPermitted: { description: 'The application may not do this.', answers: shared('notPermitted'), isSigned: true },
  NotFound: { description: 'Nothing is here.', answers: shared('notFound') },
  MethodUnsupported: { description: 'CONNECT is not for us.', answers: shared('methodUnsupported') },
  TimedOut: { description: 'The request did not arrive in time.', answers: shared('timedOut') },
  Conflict: { description: 'Two requests in conflict.', answers: shared('conflict'), isSigned: true },
  TooLarge: { description: 'The body is too large.', answers: shared('tooLarge'), isSigned: true },
  CodingUnsupported: { description: 'The body is compressed.', answers: shared('codingUnsupported'), isSigned: true },
  HeadersTooLarge: { description: 'The headers are too large.', answers: shared('headersTooLarge') },
  Fault: { description: 'A fault of ours.', answers: shared('fault') },
  TransferUnsupported: { description: 'The transfer coding is not supported.', answers: shared('transferUnsupported') },
  Unavailable: {
    description: 'Not now. Nothing was acknowledged: wait, sign anew, send again.',
    answers: shared('unavailable', 'recovering', 'overloaded', 'closing'),
    headers: ['Retry-After'],
  },
} as const satisfies Record<string, ResponseFacts>);

export type SharedResponse = keyof typeof facts;

const entries = Object.entries<ResponseFacts>(facts);

export const sharedSchemas: Readonly<Record<string, JsonSchema>> = Object.freeze(
  Object.fromEntries(entries.map(([name, { answers: possible }]) => [name, schemaOf(possible)])),
);

export const sharedResponses: Readonly<Record<string, Response>> = Object.freeze(
  Object.fromEntries(entries.map(([name, response]) => [name, responseOf(response, schemaNamed(name))])),
);
