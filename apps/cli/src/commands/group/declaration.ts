import { longestName } from '@countersign/contracts';
import { extentFlags } from '../../bus/pages.js';
import type { NounDeclaration } from '../../declaration.js';

const groupWord = ['<group>', 'the name of the group'] as const;
const usersWord = ['<userId...>', 'one or more user ids'] as const;

export const groupCommands: NounDeclaration = {
  name: 'group',
  summary: 'Groups of a realm.',
  examples: [
    'npx countersign group create "SharePoint Owners" --realm demo',
    'npx countersign group add staff jdoe asmith --realm demo',
  ],
  verbs: [
    {
      name: 'create',
      summary: 'Creates a group.',
      examples: [
        'npx countersign group create "SharePoint Owners" --realm demo',
        'npx countersign group create staff --realm demo --json',
      ],
      words: [['<name>', `up to ${longestName} characters, spaces allowed`]],
      load: async () => (await import('./change.js')).createGroupCommand,
    },
    {
      name: 'list',
      summary: 'Lists groups by name: all of them, or a page.',
      examples: [
        'npx countersign group list --realm demo',
        'npx countersign group list --realm demo --prefix share --limit 20 --json',
      ],
      flags: [{ flags: '--prefix <text>', summary: 'only groups whose name begins with this text' }, ...extentFlags],
      load: async () => (await import('./list.js')).listGroupsCommand,
    },
    {
      name: 'show',
      summary: 'Shows a group and a page of its members, in the order in which they were made.',
      examples: [
        'npx countersign group show staff --realm demo',
        'npx countersign group show staff --realm demo --limit 1000 --json',
      ],
      words: [groupWord],
      flags: [
        { flags: '--limit <number>', summary: 'most members to show (default: 50)' },
        { flags: '--after <cursor>', summary: 'continue after the page that returned this cursor' },
      ],
      load: async () => (await import('./show.js')).showGroupCommand,
    },
    {
      name: 'rename',
      summary: 'Changes the name of a group; its members stay.',
      examples: [
        'npx countersign group rename staff employees --realm demo',
        'npx countersign group rename staff employees --realm demo --json',
      ],
      words: [groupWord, ['<newName>', 'the new name']],
      load: async () => (await import('./change.js')).renameGroupCommand,
    },
    {
      name: 'add',
      summary:
        'Adds users to a group. A user that does not exist is reported and the others are added; the exit code is then 7.',
      examples: [
        'npx countersign group add staff jdoe --realm demo',
        'npx countersign group add staff jdoe asmith "jane doe" --realm demo --json',
      ],
      words: [groupWord, usersWord],
      load: async () => (await import('./members.js')).addMembersCommand,
    },
    {
      name: 'remove',
      summary:
        'Removes users from a group. A user that does not exist is reported and the others are removed; the exit code is then 7.',
      examples: [
        'npx countersign group remove staff jdoe --realm demo',
        'npx countersign group remove staff jdoe asmith --realm demo --json',
      ],
      words: [groupWord, usersWord],
      load: async () => (await import('./members.js')).removeMembersCommand,
    },
    {
      name: 'delete',
      summary: 'Deletes a group; its members stay users.',
      examples: [
        'npx countersign group delete staff --realm demo',
        'npx countersign group delete staff --realm demo --yes',
      ],
      words: [groupWord],
      load: async () => (await import('./change.js')).deleteGroupCommand,
    },
  ],
};
