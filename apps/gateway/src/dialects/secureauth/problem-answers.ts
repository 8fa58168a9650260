import type { ProblemCode } from '@countersign/contracts';
import type { ProblemsOf } from '../../exchange/dialect.js';
import { type AnswerText, changeAnswers, general, userAnswers } from './answer-texts.js';
import type { SecureauthEndpoint } from './declare-endpoint.js';
import type { endpoints } from './endpoints.js';
import type { SecureauthSettings } from './settings.js';

/**
 * What each refusal of a service answers on the wire, unless an endpoint says otherwise. A code that an endpoint of the
 * dialect can meet and that has no line here does not compile; neither does a line for any other code.
 */
export const problemAnswers: Readonly<Record<ProblemsOf<typeof endpoints>, AnswerText>> = Object.freeze({
  'request.malformed': general.valueMalformed,
  'request.too_large': general.tooLarge,
  'request.key_reused': general.conflict,
  'bus.unavailable': general.unavailable,
  'bus.deadline': general.unavailable,
  'bus.overloaded': general.overloaded,
  'bus.not_permitted': general.fault,
  'store.unavailable': general.unavailable,
  internal: general.fault,

  'realm.unknown': general.unavailable,
  'key_ring.key_unknown': general.unavailable,

  'user.unknown': userAnswers.notFound,
  'user.exists': changeAnswers.duplicateUsername,
  'user.id_invalid': changeAnswers.invalidUsername,
  'user.withdrawn': changeAnswers.unknownError,
  'user.email_invalid': changeAnswers.invalidEmail,
  'user.email_exists': changeAnswers.duplicateEmail,
  'user.property_invalid': changeAnswers.providerError,
  'user.property_read_only': changeAnswers.providerError,
  'user.disabled': userAnswers.disabled,
  'user.locked': userAnswers.lockedOut,
  'user.password_expired': userAnswers.passwordExpired,
  'user.group_missing': userAnswers.invalidGroup,

  'password.refused': changeAnswers.invalidPassword,
  'password.mismatch': changeAnswers.invalidPassword,
  'password.choice_refused': changeAnswers.invalidPassword,
  'password.hashing_overloaded': general.overloaded,
} as const);

const everywhere: Readonly<Partial<Record<ProblemCode, AnswerText>>> = problemAnswers;

/** The text for a problem at an endpoint. A code that no operation of the dialect declares is a fault of ours. */
export function textFor(
  code: ProblemCode,
  endpoint: SecureauthEndpoint | undefined,
): AnswerText | ((settings: SecureauthSettings) => AnswerText) {
  return endpoint?.problems[code] ?? everywhere[code] ?? general.fault;
}
