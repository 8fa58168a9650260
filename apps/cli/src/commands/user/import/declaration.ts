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
      summary: 'field of a column of a CSV file; an empty field ignores the column',
      isRepeatable: true,
    },
    {
      flags: '--update',
      summary: 'change existing users to what the file says; other values stay, and groups and aliases are only added',
    },
    { flags: '--create-groups', summary: 'make groups that do not exist; else users in them are refused' },
    {
      flags: '--refused <path>',
      summary: 'file for refused records (default: <file>.refused.jsonl); other contents are replaced with --yes only',
    },
    { flags: '--restart', summary: 'start from the first record, also after an interrupted import' },
  ],
  load: async () => (await import('./import.js')).importUsersCommand,
};
