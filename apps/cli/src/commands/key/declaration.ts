import type { NounDeclaration } from '../../declaration.js';

const serviceFlag = { flags: '--service <name>', summary: 'only the key ring of this service' } as const;

export const keyCommands: NounDeclaration = {
  name: 'key',
  summary: 'Key rings: the keys that seal secrets at rest, one ring a service, in the data folder.',
  examples: ['npx countersign key list', 'npx countersign key rotate'],
  verbs: [
    {
      name: 'list',
      summary: 'Lists the keys of each ring, and how many values are still sealed with each.',
      examples: ['npx countersign key list', 'npx countersign key list --service directory --json'],
      flags: [serviceFlag],
      load: async () => (await import('./list.js')).listKeys,
    },
    {
      name: 'rotate',
      summary: 'Adds a fresh key to each ring, makes it current, and waits until every value is sealed under it.',
      examples: ['npx countersign key rotate', 'npx countersign key rotate --service directory --no-wait'],
      flags: [serviceFlag, { flags: '--no-wait', summary: 'do not wait for the values to be sealed again' }],
      load: async () => (await import('./rotate.js')).rotateKeys,
    },
    {
      name: 'retire',
      summary:
        'Takes a replaced key out of its ring; refused while it still guards a value. Backups made before stay sealed under it.',
      examples: ['npx countersign key retire k0123456789ab', 'npx countersign key retire k0123456789ab --yes'],
      words: [['<keyId>', 'as key list shows it']],
      load: async () => (await import('./retire.js')).retireKey,
    },
  ],
};
