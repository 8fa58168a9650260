import type { NounDeclaration } from '../../declaration.js';

export const busCommands: NounDeclaration = {
  name: 'bus',
  summary: 'The message bus: its services, operations and events.',
  examples: ['npx countersign bus services', 'npx countersign bus subjects'],
  verbs: [
    {
      name: 'services',
      summary:
        'Lists the processes that answer service discovery, with their counts of requests and errors since they started.',
      examples: ['npx countersign bus services', 'npx countersign bus services --json'],
      load: async () => (await import('./services.js')).listServices,
    },
    {
      name: 'subjects',
      summary:
        'Lists every operation and event of the contracts, with the principals that may ask or receive it. Needs no bus.',
      examples: ['npx countersign bus subjects', 'npx countersign bus subjects --for operator -o name'],
      flags: [{ flags: '--for <principal>', summary: 'only what this principal may ask or receive' }],
      load: async () => (await import('./subjects.js')).listSubjects,
    },
    {
      name: 'context',
      summary: 'Writes a context for the nats tool, with the bus user of the operator, mode 0600.',
      examples: [
        'npx countersign bus context && nats --context countersign micro ls',
        'npx countersign bus context --name local --yes',
      ],
      flags: [{ flags: '--name <name>', summary: 'name of the context (default: countersign)' }],
      load: async () => (await import('./context.js')).writeNatsContext,
    },
  ],
};
