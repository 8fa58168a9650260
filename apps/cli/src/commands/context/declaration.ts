import type { NounDeclaration } from '../../declaration.js';

const nameWord = ['<name>', 'name of the context'] as const;

export const contextCommands: NounDeclaration = {
  name: 'context',
  summary: 'Contexts: systems to talk to, stored below ~/.config/countersign.',
  examples: [
    'npx countersign context add staging --url https://id.example.com --realm staff --application 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --key-file staging.key',
    'npx countersign context use staging',
  ],
  verbs: [
    {
      name: 'add',
      summary: 'Stores a context, or replaces the fields given of one that exists with --yes.',
      examples: [
        'npx countersign context add local --url http://127.0.0.1:8080 --realm demo --key-file demo.key --application 0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        'npx countersign context add staging --url https://id.example.com --nats-url-file staging.nats',
      ],
      words: [nameWord],
      flags: [
        { flags: '--description <text>', summary: 'for the list' },
        {
          flags: '--nats-url-file <path>',
          summary: 'file that holds the address of the bus for operators, - for stdin',
        },
        { flags: '--nats-creds <path>', summary: 'credentials file for the bus' },
        { flags: '--nats-ca <path>', summary: 'CA of the bus' },
      ],
      load: async () => (await import('./add.js')).addContext,
    },
    {
      name: 'list',
      summary: 'Lists the stored contexts and marks the chosen one.',
      examples: ['npx countersign context list', 'npx countersign context list -o name'],
      load: async () => (await import('./list.js')).listContexts,
    },
    {
      name: 'show',
      summary: 'Shows a context; a password in the address of the bus is left out.',
      examples: ['npx countersign context show', 'npx countersign context show staging --json'],
      words: [['[name]', 'by default the one in use']],
      load: async () => (await import('./show.js')).showContext,
    },
    {
      name: 'use',
      summary: 'Chooses the context for the commands that follow.',
      examples: ['npx countersign context use staging', 'npx countersign context use local --quiet'],
      words: [nameWord],
      load: async () => (await import('./change.js')).useContext,
    },
    {
      name: 'remove',
      summary: 'Removes a stored context; key files stay.',
      examples: ['npx countersign context remove staging', 'npx countersign context remove staging --yes'],
      words: [nameWord],
      load: async () => (await import('./change.js')).removeContext,
    },
    {
      name: 'check',
      summary: 'Checks a context: gateway, clock, key and bus.',
      examples: ['npx countersign context check', 'npx countersign context check staging --json'],
      words: [['[name]', 'by default the one in use']],
      load: async () => (await import('./check.js')).checkContext,
    },
  ],
};
