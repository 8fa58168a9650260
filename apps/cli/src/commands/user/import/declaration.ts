import type { CommandDeclaration } from '../../../declaration.js';
import { recordFormats } from '../../../records/record-format.js';

export const importDeclaration: CommandDeclaration = {
  name: 'import',
  summary:
    'Creates users from JSON Lines or CSV, with password hashes of another system. Run again, it resumes where it was interrupted.',
  examples: [
    'npx countersign user import users.csv --realm demo --column "E-Mail=emails.1" --column "Notes=" --dry-run',
    'npx countersign user import users.jsonl --realm demo --create-groups --json',
  ],
  words: [['<file>', 'file of users, - to read from stdin (cannot be resumed)']],
  flags: [
    { flags: '--format <format>', summary: 'by default what the ending of the file says', choices: recordFormats },
    {
      flags: '--column <theirs=ours>',
      summary: 'what a column of a CSV file is; nothing behind the = leaves it out',
      isRepeatable: true,
    },
    {
      flags: '--update',
      summary:
        'bring what the file says to users who are there; what it does not say stays, groups and aliases are added',
    },
    { flags: '--create-groups', summary: 'make groups that do not exist; else users in them are refused' },
    {
      flags: '--refused <path>',
      summary: 'file for refused records (default: <file>.refused.jsonl); other contents are replaced with --yes only',
    },
    { flags: '--restart', summary: 'begin anew, whatever an interrupted import has left' },
  ],
  load: async () => (await import('./import.js')).importUsersCommand,
};
