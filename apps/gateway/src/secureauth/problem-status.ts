import type { ProblemCode } from '@countersign/contracts';
import { associationAnswers, changeAnswers, general, type Saying, userAnswers } from './contract.js';

/**
 * What each refusal of a service answers on the wire, unless an endpoint says otherwise. A code without a line here
 * does not compile.
 */
export const problemAnswers: Readonly<Record<ProblemCode, Saying>> = Object.freeze({
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
  'realm.exists': general.fault,
  'realm.name_reserved': general.fault,
  'application.unknown': general.fault,
  'application.disabled': general.fault,
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

  // Where many associations are asked for, those that fail are told one by one; groups are made by operators only.
  'group.unknown': associationAnswers.failed,
  'group.exists': general.fault,
  'group.name_invalid': general.fault,

  'password.refused': changeAnswers.invalidPassword,
  'password.mismatch': changeAnswers.invalidPassword,
  'password.choice_refused': changeAnswers.invalidPassword,
  // Hashes of other systems come by the import of an operator only.
  'password.hash_unsupported': general.fault,
  'password.hashing_overloaded': general.overloaded,
});
