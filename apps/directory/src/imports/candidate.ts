import { foldName, type ImportedUser, type ProblemCode, type UserStatus } from '@countersign/contracts';
import { emailKeysIn } from '../users/email-keys.policy.js';
import { isAcceptableName } from '../users/name.policy.js';
import { divide, faultOf, merge } from '../users/profile-changes.policy.js';

type Values = Readonly<Record<string, string>>;

/** A user of an import, read: what the directory would keep. */
export interface Candidate {
  /** In the request. */
  readonly position: number;
  readonly id: string;
  readonly userId: string;
  readonly userKey: string;
  readonly status: UserStatus;
  readonly properties: Values;
  readonly questions: Values;
  readonly extendedProperties: Values;
  /** PIN and answers, in clear. */
  readonly secrets: Values;
  readonly emailKeys: ReadonlySet<string>;
  /** As written. */
  readonly groups: readonly string[];
  /** What the values themselves refuse: the same as at a creation. */
  readonly fault: ProblemCode | undefined;
}

/** Reads one user of an import; an empty value is none. */
export function readCandidate(user: ImportedUser & { readonly id: string }, position: number): Candidate {
  const userKey = foldName(user.userId);
  const divided = divide(user);
  const properties = merge({}, divided.properties);
  return {
    position,
    id: user.id,
    userId: user.userId,
    userKey,
    status: user.status,
    properties,
    questions: merge({}, divided.questions),
    extendedProperties: merge({}, user.extendedProperties),
    secrets: merge({}, divided.secrets),
    emailKeys: emailKeysIn(properties),
    groups: user.groups,
    fault: isAcceptableName(user.userId, userKey) ? faultOf(user) : 'user.id_invalid',
  };
}

/** Names of what a creation would set, as its event tells them: a question and its answer go by one name. */
export function namesOf({ properties, extendedProperties, questions, secrets }: Candidate): {
  readonly properties: string[];
  readonly knowledgeBase: string[];
} {
  const set = [...Object.keys(properties), ...Object.keys(secrets), ...Object.keys(extendedProperties)];
  return {
    properties: set.filter((key) => !Object.hasOwn(questions, key)).sort(),
    knowledgeBase: Object.keys(questions).sort(),
  };
}
