import {
  foldName,
  type importUserRecords,
  type ProblemCode,
  type RequestOf,
  type UserState,
} from '@countersign/contracts';
import { type ContactRecord, emailKeysOf, shown } from '../contacts/contact.policy.js';
import { planContacts } from '../contacts/user-contacts.js';
import { type Alias, aliasesOf, aliasFault } from '../names/aliases.policy.js';
import { nameFault } from '../names/name.policy.js';
import {
  type DividedChanges,
  divide,
  type Fault,
  faultOf,
  invalid,
  merge,
  namedIn,
} from '../users/user-changes.policy.js';
import type { Fields } from '../users/user-fields.js';

type ImportedUser = RequestOf<typeof importUserRecords>['users'][number];

/** Why a candidate is refused. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail?: string | undefined;
}

/** A user of an import, read: what the directory would keep. */
export interface Candidate {
  /** In the request. */
  readonly position: number;
  readonly id: string;
  readonly userId: string;
  readonly userKey: string;
  /** Without the user id itself. */
  readonly aliases: readonly Alias[];
  /** Undefined where the record does not say it. */
  readonly state: UserState | undefined;
  readonly fields: Fields;
  readonly contacts: readonly ContactRecord[];
  /** Their JSON as the user's row keeps it, null where there are none. */
  readonly contactsJson: string | null;
  /** As the record has it. An empty text takes away the value of an existing user. */
  readonly request: ImportedUser;
  readonly changes: DividedChanges;
  /** Every field that the request names, also with an empty value. */
  readonly named: readonly string[];
  /** Fields that a creation would set, as its event tells them: a question and its answer go by one name. */
  readonly set: readonly string[];
  /** PIN and answers, in clear. */
  readonly secrets: Fields;
  readonly emailKeys: ReadonlySet<string>;
  /** As written. */
  readonly groups: readonly string[];
  /** What the values themselves refuse: the same as at a creation. */
  readonly fault: Refusal | undefined;
}

/** Reads one user of an import; an empty value is none. */
export function readCandidate(user: ImportedUser, position: number): Candidate {
  const userKey = foldName(user.userId);
  const divided = divide(user);
  const { after: contacts } = planContacts([], user);
  const aliases = aliasesOf(user.aliases).filter(({ key }) => key !== userKey);
  const [fields, secrets] = [merge({}, divided.fields), merge({}, divided.secrets)];
  const candidate = {
    position,
    id: user.id,
    userId: user.userId,
    userKey,
    aliases,
    state: user.state,
    fields,
    contacts,
    contactsJson: contacts.length === 0 ? null : JSON.stringify(shown(contacts)),
    request: user,
    changes: divided,
    set: fieldsSet(fields, secrets, contacts, aliases),
    named: namedIn(divided),
    secrets,
    emailKeys: emailKeysOf(contacts),
    groups: user.groups,
  };
  return { ...candidate, fault: faultIn(candidate) ?? faultOf(user) };
}

function fieldsSet(
  fields: Fields,
  secrets: Fields,
  contacts: readonly ContactRecord[],
  aliases: readonly Alias[],
): readonly string[] {
  const set = new Set([
    ...Object.keys(fields),
    ...Object.keys(secrets),
    ...contacts.map(({ channel, position }) => `${channel}s.${position}`),
    ...(aliases.length > 0 ? ['aliases'] : []),
  ]);
  return [...set].toSorted();
}

/** Bytes of what the event of a creation says of fields and groups: with the rest of it they stay below what it may have. */
const longestEventPart = 30_500;
/** Of an id in JSON, with its comma. */
const idBytes = 39;

function faultIn(candidate: Omit<Candidate, 'fault'>): Refusal | undefined {
  const wrongId = nameFault(candidate.userId, candidate.userKey);
  if (wrongId !== undefined) return { code: 'user.id_invalid', detail: `userId: ${wrongId}` };
  const wrongAlias = aliasFault(candidate.aliases);
  if (wrongAlias !== undefined) return { code: 'user.id_invalid', detail: wrongAlias };
  const bytes = JSON.stringify(candidate.set).length + candidate.groups.length * idBytes;
  return bytes > longestEventPart ? tooMuchToTell : undefined;
}

const tooMuchToTell: Fault = invalid('groups', 'are too many beside so many fields');
