import { type GeneralOutcome, generalOutcomes } from '../http/answer.js';
import { fixedAnswer, type PossibleAnswer, type ResponseFacts } from './answers.js';
import type { DescribedDialect, ProblemAnswer } from './described-dialect.js';
import { exactly } from './json-schema.js';
import { wordsOf } from './scheme-words.js';

/** A response that any request may get. */
export interface SharedResponse extends ResponseFacts {
  readonly status: number;
  /** `bodies`: only where a body is read. `elsewhere`: only where no endpoint is. */
  readonly at?: 'bodies' | 'elsewhere';
}

/** The responses that any request to the dialect may get, by the name of their component. */
export function sharedResponses(dialect: DescribedDialect): Readonly<Record<string, SharedResponse>> {
  const { scheme } = dialect.description;
  const { refused, refusals } = scheme;
  const { when: whenAnswered, unavailable } = wordsOf(scheme);
  const general = (...outcomes: readonly GeneralOutcome[]) =>
    outcomes.map((outcome) => fixedAnswer(outcome, whenAnswered[outcome], dialect.answers[outcome]));
  return {
    Malformed: {
      status: 400,
      description: 'The request cannot be understood.',
      answers: [malformedAnswer(dialect), ...general('targetMalformed', 'valueMalformed', 'requestUnreadable')],
    },
    Refused: {
      status: 401,
      description: refused,
      answers: refusals.map(({ name, when, answer }) => fixedAnswer(name, when, answer)),
      headers: ['WWW-Authenticate'],
    },
    NotPermitted: {
      status: 403,
      description: 'The application may not do this.',
      answers: general('notPermitted'),
      isSealed: true,
    },
    NotFound: { status: 404, description: 'Nothing is here.', answers: general('notFound') },
    MethodUnsupported: {
      status: 405,
      description: 'The path exists, with other methods.',
      answers: general('methodUnsupported'),
      headers: ['Allow'],
      at: 'elsewhere',
    },
    TimedOut: { status: 408, description: 'The request did not arrive in time.', answers: general('timedOut') },
    Conflict: { status: 409, description: 'Two requests in conflict.', answers: general('conflict'), isSealed: true },
    TooLarge: { status: 413, description: 'The body is too large.', answers: general('tooLarge'), isSealed: true },
    CodingUnsupported: {
      status: 415,
      description: 'The body is compressed.',
      answers: general('codingUnsupported'),
      isSealed: true,
      at: 'bodies',
    },
    HeadersTooLarge: { status: 431, description: 'The headers are too large.', answers: general('headersTooLarge') },
    Fault: { status: 500, description: 'A fault of ours.', answers: general('fault') },
    TransferUnsupported: {
      status: 501,
      description: 'The transfer coding is not supported.',
      answers: general('transferUnsupported'),
    },
    Unavailable: {
      status: 503,
      description: unavailable,
      answers: general('unavailable', 'recovering', 'overloaded', 'closing'),
      headers: ['Retry-After'],
    },
  };
}

/** Whether an answer is one of those that any endpoint can give. */
export function isShared(dialect: DescribedDialect, { http, example }: ProblemAnswer): boolean {
  const body = JSON.stringify(example);
  return generalOutcomes.some(
    (outcome) => dialect.answers[outcome].http === http && dialect.answers[outcome].body === body,
  );
}

/** The one 400 whose text varies: a reason stands in it. */
function malformedAnswer(dialect: DescribedDialect): PossibleAnswer {
  const withMark = JSON.parse(dialect.malformed(MARK).body) as Record<string, unknown>;
  const members = Object.entries(withMark).map(([key, value]) => [key, memberSchema(value)]);
  return {
    name: 'malformed',
    when: 'The request is not of the form that the endpoint asks for; the text says why.',
    schema: exactly(Object.fromEntries(members)),
    example: JSON.parse(dialect.malformed('body is not a JSON object').body),
  };
}

const MARK = '<reason>';

function memberSchema(value: unknown): object {
  const [before, after] = typeof value === 'string' ? value.split(MARK) : [];
  if (before === undefined || after === undefined) return { const: value };
  return { type: 'string', pattern: `^${literally(before)}.+${literally(after)}$` };
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
