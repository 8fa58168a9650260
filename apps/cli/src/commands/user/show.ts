import { type EmailAddress, type Phone, showUser, type User } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { type Invocation, word } from '../../invocation.js';
import { type FactsView, printOne } from '../../output/result.js';
import type { Column } from '../../output/table.js';
import { compareFields, fieldsOfUser } from '../../records/user-field.js';

/** Shows a user by the id that people write. */
export async function showUserCommand(invocation: Invocation): Promise<undefined> {
  const user = await askOnce(invocation, showUser, {
    realm: invocation.configuration.realm(),
    userId: word(invocation, 0),
  });
  printOne(invocation.terminal, user, userFacts(user));
}

interface Contact extends Omit<EmailAddress, 'id'>, Pick<Phone, 'extension' | 'details'> {
  readonly path: string;
}

/** Every value under the path by which it is set. */
function userFacts(user: User): FactsView<Contact> {
  const { aliases, displayName, name, locale, timezone, externalId, notes, attributes, questions } = user;
  const asked = Object.entries(questions).map(([key, { question }]) => [key, { question }] as const);
  const texts = { displayName, name, locale, timezone, externalId, notes, attributes };
  const fields = fieldsOfUser({ aliases, ...texts, questions: Object.fromEntries(asked) });
  const contacts = (['emails', 'phones'] as const).flatMap((head) =>
    user[head].map((contact) => ({ ...contact, path: `${head}.${contact.position}` })),
  );
  return {
    name: user.userId,
    facts: [
      ['user', user.userId],
      ['id', user.id],
      ['state', user.isGroupMissing ? `${user.state}, but in none of the groups that the realm demands` : user.state],
      ['reason', user.stateReason],
      ['since', user.stateChangedAt],
      ['created', user.createdAt],
      ['groups', user.groups.join(', ') || 'none'],
      ...[...fields].sort(([one], [other]) => compareFields(one, other)),
    ],
    rows: contacts,
    columns: [...columns, ...rareColumns.filter(({ value }) => contacts.some((contact) => value(contact) !== ''))],
  };
}

const columns: readonly Column<Contact>[] = [
  { title: 'CONTACT', value: ({ path }) => path },
  { title: 'VALUE', value: ({ value }) => value },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'VERIFIED', value: ({ verifiedAt }) => verifiedAt ?? 'no' },
];
/** Shown where one contact of the user has something there. */
const rareColumns: readonly Column<Contact>[] = [
  { title: 'EXTENSION', value: ({ extension }) => extension ?? '' },
  { title: 'LABEL', value: ({ label }) => label ?? '' },
  { title: 'DETAILS', value: ({ details }) => (details === undefined ? '' : JSON.stringify(details)) },
];
