import { permissions } from '@countersign/contracts';
import type { NounDeclaration } from '../../declaration.js';

const applicationWord = ['<applicationId>', '32 hex digits, with or without hyphens'] as const;

export const applicationCommands: NounDeclaration = {
  name: 'application',
  summary: 'Applications: who may sign requests, and their keys.',
  examples: [
    'npx countersign application create --realm demo --name payroll --json',
    'npx countersign application list --realm demo',
  ],
  verbs: [
    {
      name: 'create',
      summary:
        'Registers an application and prints its key, once. With --key-file the key is written to that file (mode 0600) instead.',
      examples: [
        'npx countersign application create --realm demo --name payroll --json',
        'npx countersign application create --realm demo --name payroll --key-file payroll.key',
      ],
      flags: [
        { flags: '--name <text>', summary: 'name of the application, for people' },
        {
          flags: '--permissions <list>',
          summary: `comma list of ${permissions.join(', ')} (default: all but user-deletion)`,
        },
      ],
      load: async () => (await import('./create.js')).createApplicationCommand,
    },
    {
      name: 'list',
      summary: 'Lists applications, of one realm or of all.',
      examples: [
        'npx countersign application list --realm demo',
        'npx countersign application list --all-realms --json',
      ],
      flags: [{ flags: '--all-realms', summary: 'of every realm, not only that of the context' }],
      load: async () => (await import('./list.js')).listApplicationsCommand,
    },
    {
      name: 'show',
      summary: 'Shows one application and until when its keys are accepted, never the keys.',
      examples: [
        'npx countersign application show 0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        'npx countersign application show 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --json',
      ],
      words: [applicationWord],
      load: async () => (await import('./show.js')).showApplicationCommand,
    },
    {
      name: 'rotate',
      summary: 'Gives an application a new key; the old one stays valid for the overlap.',
      examples: [
        'npx countersign application rotate 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --json',
        'npx countersign application rotate 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --overlap 1h --key-file payroll.key',
      ],
      words: [applicationWord],
      flags: [
        {
          flags: '--overlap <duration>',
          summary: 'how long the old key stays valid (default: 24h); below 1s it ends at once, which needs --yes',
        },
      ],
      load: async () => (await import('./rotate.js')).rotateApplicationCommand,
    },
    {
      name: 'disable',
      summary: 'Refuses an application at every gateway until it is enabled again.',
      examples: [
        'npx countersign application disable 0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        'npx countersign application disable 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --json',
      ],
      words: [applicationWord],
      load: async () => (await import('./change.js')).disableApplicationCommand,
    },
    {
      name: 'enable',
      summary: 'Accepts a disabled application again, with the keys it has.',
      examples: [
        'npx countersign application enable 0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        'npx countersign application enable 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --json',
      ],
      words: [applicationWord],
      load: async () => (await import('./change.js')).enableApplicationCommand,
    },
    {
      name: 'delete',
      summary: 'Removes an application with its keys. This cannot be undone.',
      examples: [
        'npx countersign application delete 0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        'npx countersign application delete 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --yes',
      ],
      words: [applicationWord],
      load: async () => (await import('./change.js')).deleteApplicationCommand,
    },
  ],
};
