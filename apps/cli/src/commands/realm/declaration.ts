import { realmProfiles } from '@countersign/contracts';
import type { NounDeclaration } from '../../declaration.js';

const settingsWord = [
  '[path=json...]',
  'settings, such as uniqueEmail=true; what is not JSON is taken as text',
] as const;
const settingsFlag = { flags: '--settings <json>', summary: 'settings as JSON, @file, or - for stdin' } as const;

export const realmCommands: NounDeclaration = {
  name: 'realm',
  summary: 'Realms: isolated spaces with their own applications, users and groups.',
  examples: ['npx countersign realm create staff --profile strict', 'npx countersign realm list'],
  verbs: [
    {
      name: 'create',
      summary: 'Creates a realm. A name that was taken once can never be taken again.',
      examples: [
        'npx countersign realm create staff --profile strict',
        `npx countersign realm create partners uniqueEmail=true 'requiredGroups=["Staff"]'`,
      ],
      words: [['<name>', '1 to 40 of A-Z, a-z, 0-9 and -, compared without case'], settingsWord],
      flags: [
        {
          flags: '--profile <profile>',
          summary: 'compat shows secrets as some APIs demand, strict keeps to NIST SP 800-63B (default: compat)',
          choices: realmProfiles,
        },
        settingsFlag,
      ],
      load: async () => (await import('./change.js')).createRealmCommand,
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
        'Changes settings of a realm. Settings that are not named keep their value; objects are merged. null restores the default. Settings of a dialect are dialects.<dialect>.<name>; they are checked against the schema that the gateway publishes, if it can be reached.',
      examples: [
        'npx countersign realm set demo uniqueEmail=true attributes.custom1.displayName="Desk"',
        `npx countersign realm set demo --settings '{"requiredGroups":null,"readOnlyFields":["emails.1"]}'`,
      ],
      words: [['<name>', 'the realm'], settingsWord],
      flags: [settingsFlag],
      load: async () => (await import('./change.js')).setRealmCommand,
    },
  ],
};
