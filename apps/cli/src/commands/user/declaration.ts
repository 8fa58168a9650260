import { userOrders, userStatuses } from '@countersign/contracts';
import { extentFlags } from '../../bus/pages.js';
import type { CommandDeclaration, NounDeclaration } from '../../declaration.js';
import { exportDeclaration } from './export/declaration.js';
import { passwordFlag, profileFlags } from './flags.js';
import { importDeclaration } from './import/declaration.js';

const userWord = ['<userId>', 'the user id as people write it'] as const;

/** A verb that changes the status. */
function mark(name: string, summary: string, load: CommandDeclaration['load']): CommandDeclaration {
  const command = `npx countersign user ${name} jdoe --realm demo`;
  return { name, summary, examples: [command, `${command} --json`], words: [userWord], load };
}

export const userCommands: NounDeclaration = {
  name: 'user',
  summary: 'Users of a realm.',
  examples: ['npx countersign user show jdoe --realm demo', 'npx countersign user import users.csv --realm demo'],
  verbs: [
    {
      name: 'list',
      summary: 'Lists users, or finds those whose user id, mail address or last name begins so.',
      examples: [
        'npx countersign user list --realm demo --by lastName --prefix do',
        'npx countersign user list --realm demo --status locked -o jsonl',
      ],
      flags: [
        {
          flags: '--by <order>',
          summary: 'order, and what the prefix is held against (default: userId)',
          choices: userOrders,
        },
        { flags: '--prefix <text>', summary: 'only those that begin so' },
        { flags: '--status <status>', summary: 'only those of this status; with --by userId', choices: userStatuses },
        ...extentFlags,
      ],
      load: async () => (await import('./list.js')).listUsersCommand,
    },
    {
      name: 'show',
      summary: 'Shows a user, without PIN and answers.',
      examples: [
        'npx countersign user show jdoe --realm demo',
        'npx countersign user show "jane doe" --realm demo --json',
      ],
      words: [userWord],
      load: async () => (await import('./show.js')).showUserCommand,
    },
    {
      name: 'create',
      summary: 'Creates a user with a password, which is asked for or comes from a file.',
      examples: [
        'npx countersign user create jdoe firstName=John email1=jdoe@example.com --realm demo',
        'npx countersign user create jdoe --password-file password.txt --realm demo --json',
      ],
      words: [userWord, ['[key=value...]', 'properties, such as firstName=John']],
      flags: [passwordFlag, ...profileFlags],
      load: async () => (await import('./create.js')).createUserCommand,
    },
    {
      name: 'set',
      summary: 'Changes properties and questions of a user; an empty value clears, what is not named stays.',
      examples: [
        'npx countersign user set jdoe phone1="+1 555 0100" auxId2= --realm demo',
        'npx countersign user set jdoe --ext ExtProperty1="cost centre 7" --realm demo',
      ],
      words: [userWord, ['[key=value...]', 'properties, such as firstName=John']],
      flags: [
        ...profileFlags,
        {
          flags: '--ext <key=value>',
          summary: 'an extended property, such as ExtProperty1=x, which applications only read',
          isRepeatable: true,
        },
      ],
      load: async () => (await import('./set.js')).setUserCommand,
    },
    {
      name: 'rename',
      summary: 'Gives a user another user id. Password, groups and everything else stay.',
      examples: [
        'npx countersign user rename jdoe jsmith --realm demo',
        'npx countersign user rename jdoe jsmith --realm demo --json',
      ],
      words: [userWord, ['<newUserId>', 'the user id that the user gets']],
      load: async () => (await import('./rename.js')).renameUserCommand,
    },
    mark(
      'disable',
      'Keeps a user out until enabled again.',
      async () => (await import('./mark.js')).disableUserCommand,
    ),
    mark('enable', 'Makes a disabled user active again.', async () => (await import('./mark.js')).enableUserCommand),
    mark(
      'unlock',
      'Makes a user active again who is locked out or has an expired password.',
      async () => (await import('./mark.js')).unlockUserCommand,
    ),
    {
      name: 'reset-password',
      summary: 'Gives a user a new password, which is asked for or comes from a file. The status stays.',
      examples: [
        'npx countersign user reset-password jdoe --realm demo',
        'npx countersign user reset-password jdoe --password-file password.txt --realm demo',
      ],
      words: [userWord],
      flags: [passwordFlag],
      load: async () => (await import('./reset-password.js')).resetPasswordCommand,
    },
    {
      name: 'erase',
      summary: 'Erases a user with all that is kept of them: password, groups, personal values in events.',
      examples: [
        'npx countersign user erase jdoe --realm demo',
        'npx countersign user erase jdoe --confirm jdoe --realm demo',
      ],
      words: [userWord],
      flags: [{ flags: '--confirm <userId>', summary: 'the user id again, where nobody can be asked' }],
      load: async () => (await import('./erase.js')).eraseUserCommand,
    },
    importDeclaration,
    exportDeclaration,
  ],
};
