import { realmProfiles } from '@countersign/contracts';
import type { NounDeclaration } from '../../declaration.js';

export const realmCommands: NounDeclaration = {
  name: 'realm',
  summary: 'Realms: isolated spaces with their own applications, users and groups.',
  examples: ['npx countersign realm create staff --profile strict', 'npx countersign realm list'],
  verbs: [
    {
      name: 'create',
      summary: 'Makes a realm. A name, once taken, is never given again.',
      examples: [
        'npx countersign realm create staff --profile strict',
        `npx countersign realm create partners --settings '{"tolerateDecodedPath":false}'`,
      ],
      words: [['<name>', '1 to 40 of a-z, 0-9 and -']],
      flags: [
        {
          flags: '--profile <profile>',
          summary: "compat speaks the vendor's contract, strict keeps to NIST SP 800-63B (default: compat)",
          choices: realmProfiles,
        },
        {
          flags: '--settings <json>',
          summary: 'settings that differ from their defaults: JSON, @file, or - for stdin',
        },
      ],
      load: async () => (await import('./create.js')).createRealmCommand,
    },
    {
      name: 'list',
      summary: 'Lists realms by name.',
      examples: ['npx countersign realm list', 'npx countersign realm list -o name'],
      load: async () => (await import('./list.js')).listRealmsCommand,
    },
    {
      name: 'show',
      summary: 'Shows one realm with its settings.',
      examples: ['npx countersign realm show demo', 'npx countersign realm show demo --json'],
      words: [['[name]', 'the realm; by default that of --realm or the context']],
      load: async () => (await import('./show.js')).showRealmCommand,
    },
    {
      name: 'set',
      summary:
        'Changes settings of a realm; those that are not named stay, also within one that is an object, such as passwordTexts. null puts one back to its default.',
      examples: [
        'npx countersign realm set demo supportsGroups=false ownDomain=corp',
        `npx countersign realm set demo --settings '{"passwordTexts":{"policyRefused":"Too short."},"requiredGroups":null}'`,
      ],
      words: [
        ['<name>', 'the realm'],
        ['[key=json...]', 'settings; what is not JSON is taken as text'],
      ],
      flags: [{ flags: '--settings <json>', summary: 'settings to change: JSON, @file, or - for stdin' }],
      load: async () => (await import('./set.js')).setRealmCommand,
    },
  ],
};
