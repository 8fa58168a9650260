import type { UserState } from '@countersign/contracts';
import { type RequestRefusal, requestRefusalMessages } from '@countersign/signing';
import type { Answer, GeneralOutcome } from '../../http/answer.js';

/**
 * Every text that the dialect answers with. [S] stands in the vendor's guide, byte for byte. The rest are positions of
 * ours, where no source says anything: change them here.
 */

/** The text of an answer: `status` and `message` are its body. */
export interface AnswerText {
  readonly http: number;
  readonly status: string;
  readonly message: string;
  /** For `Retry-After`, where asking again later helps. */
  readonly retryAfterSeconds?: number;
  /** The answer is about the user that was named: its body repeats the name under this key (secureauth C.1, C.7). */
  readonly names?: 'userId' | 'user_id';
}

/** An answer as it leaves: keys in the order of the contract. `named` is the user of the request, as it was named. */
export function answerOf({ http, status, message, retryAfterSeconds, names }: AnswerText, named?: string): Answer {
  const body = names === undefined || named === undefined ? { status, message } : { status, message, [names]: named };
  return {
    http,
    body: JSON.stringify(body),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(http === 401 ? { challenge: authenticateChallenge } : {}),
  };
}

/** The guide gives no code. With 400, clients of the Go SDK would see the message (contract A.4). */
const REFUSAL_HTTP = 401;

/** [S] The eight refusals. */
export const refusals = Object.freeze(
  Object.fromEntries(
    Object.entries(requestRefusalMessages).map(([refusal, message]) => [
      refusal,
      Object.freeze({ http: REFUSAL_HTTP, status: 'invalid', message }),
    ]),
  ) as Record<RequestRefusal, AnswerText>,
);

/** Value of `WWW-Authenticate` beside each of the eight. */
export const authenticateChallenge = 'Basic';

const VALIDATION = 'Request validation failed with';

/** Answers that belong to no endpoint. */
export const general = Object.freeze({
  targetMalformed: { http: 400, status: 'invalid', message: `${VALIDATION}: path is not acceptable.` },
  valueMalformed: { http: 400, status: 'invalid', message: `${VALIDATION}: a value is not acceptable.` },
  requestUnreadable: { http: 400, status: 'invalid', message: `${VALIDATION}: request is not readable.` },
  methodUnsupported: { http: 405, status: 'invalid', message: `${VALIDATION}: method is not supported.` },
  codingUnsupported: { http: 415, status: 'invalid', message: `${VALIDATION}: Content-Encoding is not supported.` },
  transferUnsupported: { http: 501, status: 'invalid', message: `${VALIDATION}: Transfer-Encoding is not supported.` },
  notPermitted: { http: 403, status: 'invalid', message: 'This feature is not enabled for the application.' },
  notFound: { http: 404, status: 'not_found', message: 'The requested resource cannot be found.' },
  conflict: { http: 409, status: 'invalid', message: 'The request is in conflict with another one.' },
  timedOut: { http: 408, status: 'invalid', message: 'The request did not arrive in time.' },
  tooLarge: { http: 413, status: 'invalid', message: 'The request is too large.' },
  headersTooLarge: { http: 431, status: 'invalid', message: 'The request headers are too large.' },
  fault: { http: 500, status: 'server_error', message: 'An unexpected error occurred.' },
  unavailable: {
    http: 503,
    status: 'server_error',
    message: 'The service is temporarily unavailable.',
    retryAfterSeconds: 1,
  },
  recovering: {
    http: 503,
    status: 'server_error',
    message: 'The service is recovering. Sign the request again.',
    retryAfterSeconds: 2,
  },
  overloaded: { http: 503, status: 'server_error', message: 'The service is overloaded.', retryAfterSeconds: 1 },
  closing: { http: 503, status: 'server_error', message: 'The service is shutting down.', retryAfterSeconds: 1 },
} as const satisfies Record<GeneralOutcome, AnswerText>);

export const refusalAnswers = answersIn<RequestRefusal>(refusals);
export const generalAnswers = answersIn<GeneralOutcome>(general);

function answersIn<Meaning extends string>(words: Readonly<Record<Meaning, AnswerText>>): Record<Meaning, Answer> {
  const answers = Object.entries<AnswerText>(words).map(([meaning, text]) => [meaning, Object.freeze(answerOf(text))]);
  return Object.freeze(Object.fromEntries(answers));
}

/** 400 with a reason of ours; never a value of the caller's. */
export function malformed(reason: string): AnswerText {
  return { http: 400, status: 'invalid', message: `${VALIDATION}: ${reason}.` };
}

/** [S] C.1; these come with 200 but for the first. */
export const userAnswers = Object.freeze({
  notFound: { http: 404, status: 'not_found', message: 'User Id was not found', names: 'userId' },
  invalidGroup: {
    http: 200,
    status: 'invalid_group',
    message: 'User Id is not associated with a valid group.',
    names: 'userId',
  },
  disabled: { http: 200, status: 'disabled', message: 'Account is disabled.', names: 'userId' },
  lockedOut: { http: 200, status: 'lock_out', message: 'Account is locked out.', names: 'userId' },
  passwordExpired: { http: 200, status: 'password_expired', message: 'Password is expired.', names: 'userId' },
} as const satisfies Record<string, AnswerText>);

/**
 * What a user's state answers instead of the profile (secureauth C.1). The contract knows no state for a user who is not
 * activated yet, or suspended: to it they are disabled.
 */
export const stateAnswers: Readonly<Record<Exclude<UserState, 'active' | 'deleted'>, AnswerText>> = Object.freeze({
  pending: userAnswers.disabled,
  suspended: userAnswers.disabled,
  disabled: userAnswers.disabled,
  locked: userAnswers.lockedOut,
  password_expired: userAnswers.passwordExpired,
});

/** [S] C.2 and C.3. */
export const changeAnswers = Object.freeze({
  notFound: { http: 404, status: 'error', message: 'Not_Found', names: 'userId' } as AnswerText,
  invalidUsername: failed('Invalid username.'),
  invalidPassword: failed('Invalid password.'),
  invalidEmail: failed('Invalid email.'),
  duplicateUsername: failed('Duplicate username.'),
  duplicateEmail: failed('Duplicate email.'),
  providerError: failed('Provider error.'),
  unknownError: failed('Unknown error.'),
});

/** A change that was refused: 200, since the Go SDK takes anything else for an error. */
export function failed(message: string): AnswerText {
  return { http: 200, status: 'failed', message, names: 'userId' };
}

/** [S] C.5: of one association `failure`, of many `failed` (contract F8). They name no user. */
export const associationAnswers = Object.freeze({
  failed: { http: 200, status: 'failure', message: 'Failed to add user to group.' },
  unsupported: {
    http: 200,
    status: 'failure',
    message: 'Group actions are not supported with the current configuration.',
  },
} as const satisfies Record<string, AnswerText>);

/** [S] C.5. The guide gives no wording for one, so it is the same. */
export function associationErrors(count: number): { readonly status: string; readonly message: string } {
  return { status: 'failed', message: `There were ${count} association errors.` };
}

/** C.7. */
export const erasureUnknown: AnswerText = Object.freeze({
  http: 200,
  status: 'failed',
  message: 'user_id does not exist',
  names: 'user_id',
});

/** [S] The bodies of success of C.2 to C.5, and that of C.7. */
export const successes = Object.freeze({
  changed: Object.freeze({ status: 'success', message: '' }),
  passwordReset: Object.freeze({ status: 'success', message: 'Password was reset' }),
  passwordChanged: Object.freeze({ status: 'success', message: 'Password was changed' }),
  associated: Object.freeze({ status: 'success', message: '' }),
  erased: Object.freeze({ status: 'success', message: 'User delete complete' }),
});

/** [S] C.1. */
export const found = Object.freeze({ status: 'found', message: '' });
