import type { CommandDeclaration } from '../../../declaration.js';
import { recordFormats } from '../../../records/record-format.js';

export const exportDeclaration: CommandDeclaration = {
  name: 'export',
  summary:
    'Writes all users of a realm as user import reads them. CSV is data for programs: nothing is put before =, +, - and @.',
  examples: [
    'npx countersign user export users.jsonl --realm demo',
    'npx countersign user export users.csv --realm demo --passwords --secrets --yes',
  ],
  words: [['[file]', 'where to; - for stdout, which is the default']],
  flags: [
    {
      flags: '--format <format>',
      summary: 'by default what the ending of the file says, else jsonl',
      choices: recordFormats,
    },
    { flags: '--passwords', summary: 'with password hashes; recorded as an event' },
    { flags: '--secrets', summary: 'with PINs, questions and answers in clear; recorded as an event' },
  ],
  load: async () => (await import('./export.js')).exportUsersCommand,
};
