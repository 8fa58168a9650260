import fc from 'fast-check';
import { readGroupName, shownGroupName } from '../../apps/gateway/src/dialects/secureauth/group-name.js';
import { holds, holdsSame, type Target } from '../target.js';

const suffix = 'OU=groups,DC=dev,DC=local';
const piece = fc.constantFrom(
  ...['CN=', 'cn=', ',', '\\', '\\\\', '\\,', '\\2C', '\\C4\\8D', '"', '+', ';', '<', '>', '#', ' ', '=', 'a', 'ou='],
  ...[suffix, suffix.toLowerCase(), '\0', 'č', '\\20', '\\4'],
);

/** A group as callers name it: plainly, or as a distinguished name (RFC 4514). */
export const groupName: Target = {
  name: 'group-name',
  about: 'a group, named plainly or by a distinguished name',
  seeds: [`CN=SharePoint Visitors,${suffix}`, `cn=a\\,b\\C4\\8D,${suffix}`, 'plain', `CN=#a,${suffix}`, ''],
  dictionary: ['CN=', '\\', '\\2C', '\\C4\\8D', ',', ' ', '"', `,${suffix}`, '\\ ', '\\\\', '+', '#', '\0'],
  inputs: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  check: (input) => {
    const text = input.toString('utf8');
    holdsSame(readGroupName(text, ''), text, 'without a suffix every name is plain');
    const name = readGroupName(text, suffix);
    holds(name.length <= text.length, 'no name grows');
    holdsSame(readGroupName(shownGroupName(name, suffix), suffix), name, 'as it is shown it names itself');
    holdsSame(readGroupName(shownGroupName(text, suffix), suffix), text, 'so does any text, taken for a name');
    if (name === text) return;
    holds(/^cn=/i.test(text), 'only a common name is read');
    holds(text.toLowerCase().endsWith(suffix.toLowerCase()), 'and only below the suffix of the realm');
  },
};
