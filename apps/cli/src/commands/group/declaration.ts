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
      summary: 'Makes a group.',
      examples: [
        'npx countersign group create "SharePoint Owners" --realm demo',
        'npx countersign group create staff --realm demo --json',
      ],
      words: [['<name>', `up to ${longestName} characters, spaces allowed`]],
      load: async () => (await import('./create.js')).createGroupCommand,
    },
    {
      name: 'list',
      summary: 'Lists groups by name; all of them, or so many after a cursor.',
      examples: [
        'npx countersign group list --realm demo',
        'npx countersign group list --realm demo --prefix share --limit 20 --json',
      ],
      flags: [{ flags: '--prefix <text>', summary: 'only those whose name begins so' }, ...extentFlags],
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
        { flags: '--limit <number>', summary: 'at most so many members (default: 50)' },
        { flags: '--after <cursor>', summary: 'members after the page that gave this cursor' },
      ],
      load: async () => (await import('./show.js')).showGroupCommand,
    },
    {
      name: 'rename',
      summary: 'Gives a group another name; its members stay.',
      examples: [
        'npx countersign group rename staff employees --realm demo',
        'npx countersign group rename staff employees --realm demo --json',
      ],
      words: [groupWord, ['<newName>', 'the name that it gets']],
      load: async () => (await import('./rename.js')).renameGroupCommand,
    },
    {
      name: 'add',
      summary: 'Puts users into a group. Users who do not exist are refused alone; the exit code is 7 then.',
      examples: [
        'npx countersign group add staff jdoe --realm demo',
        'npx countersign group add staff jdoe asmith "jane doe" --realm demo --json',
      ],
      words: [groupWord, usersWord],
      load: async () => (await import('./members.js')).addMembersCommand,
    },
    {
      name: 'remove',
      summary: 'Takes users out of a group. Users who do not exist are refused alone; the exit code is 7 then.',
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
      load: async () => (await import('./delete.js')).deleteGroupCommand,
    },
  ],
};
