import type { ProblemCode } from '@countersign/contracts';
import { answers, changeAnswers, userAnswers } from '../secureauth/contract.js';
import type { Answer } from './answer.js';

/**
 * What each refusal of a service answers on the wire, unless an endpoint says otherwise. A code without a line here
 * does not compile.
 */
export const problemAnswers: Readonly<Record<ProblemCode, Answer>> = Object.freeze({
  'request.malformed': answers.malformedValue,
  'request.too_large': answers.tooLarge,
  'request.key_reused': answers.conflict,
  'bus.unavailable': answers.unavailable,
  'bus.deadline': answers.unavailable,
  'bus.overloaded': answers.overloaded,
  'bus.not_permitted': answers.fault,
  'store.unavailable': answers.unavailable,
  internal: answers.fault,

  'realm.unknown': answers.unavailable,
  'realm.exists': answers.fault,
  'realm.name_reserved': answers.fault,
  'application.unknown': answers.fault,
  'application.disabled': answers.fault,
  'key_ring.key_unknown': answers.unavailable,

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
  'group.unknown': answers.fault,
  'group.exists': answers.fault,

  'password.refused': changeAnswers.invalidPassword,
  'password.mismatch': changeAnswers.invalidPassword,
  'password.choice_refused': changeAnswers.invalidPassword,
  'password.hashing_overloaded': answers.overloaded,
});
