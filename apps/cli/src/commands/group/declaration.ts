import type { NounDeclaration } from '../../declaration.js';

export const groupCommands: NounDeclaration = {
  name: 'group',
  summary: 'Groups of a realm.',
  examples: [
    'npx countersign group create "SharePoint Owners" --realm demo',
    'npx countersign group create staff --realm demo --json',
  ],
  verbs: [
    {
      name: 'create',
      summary: 'Makes a group.',
      examples: [
        'npx countersign group create "SharePoint Owners" --realm demo',
        'npx countersign group create staff --realm demo --json',
      ],
      words: [['<name>', 'up to 256 characters, spaces allowed']],
      load: async () => (await import('./create.js')).createGroupCommand,
    },
  ],
};
