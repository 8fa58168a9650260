import { userOrders, userStates } from '@countersign/contracts';
import { extentFlags } from '../../bus/pages.js';
import type { CommandDeclaration, NounDeclaration } from '../../declaration.js';
import { exportDeclaration } from './export/declaration.js';
import { fieldsWord, passwordFlag, secretFlags } from './flags.js';
import { importDeclaration } from './import/declaration.js';

const userWord = ['<userId>', 'the user id as people write it'] as const;

const reasonFlag = { flags: '--reason <text>', summary: 'reason, stored with the state' } as const;

/** A verb that changes the state. */
function move(name: string, summary: string, load: CommandDeclaration['load']): CommandDeclaration {
  const command = `npx countersign user ${name} jdoe --realm demo`;
  const examples = [command, `${command} --reason "ticket 4711" --json`] as const;
  return { name, summary, examples, words: [userWord], flags: [reasonFlag], load };
}

export const userCommands: NounDeclaration = {
  name: 'user',
  summary: 'Users of a realm.',
  examples: ['npx countersign user show jdoe --realm demo', 'npx countersign user import users.csv --realm demo'],
  verbs: [
    {
      name: 'list',
      summary: 'Lists users, or finds users by the beginning of their user id, mail address or family name.',
      examples: [
        'npx countersign user list --realm demo --by familyName --prefix do',
        'npx countersign user list --realm demo --state locked -o jsonl',
      ],
      flags: [
        {
          flags: '--by <order>',
          summary: 'order of the list, and the value that --prefix is compared with (default: userId)',
          choices: userOrders,
        },
        { flags: '--prefix <text>', summary: 'only users whose value begins with this text' },
        { flags: '--state <state>', summary: 'only users in this state; with --by userId', choices: userStates },
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
      summary: 'Creates a user with a password, typed at a prompt or read from a file.',
      examples: [
        'npx countersign user create jdoe name.given=John emails.1=jdoe@example.com --realm demo',
        'npx countersign user create jdoe --password-file password.txt --realm demo --json',
      ],
      words: [userWord, fieldsWord],
      flags: [passwordFlag, ...secretFlags],
      load: async () => (await import('./change.js')).createUserCommand,
    },
    {
      name: 'set',
      summary:
        'Changes fields of a user. An empty value clears a field; fields that are not named keep their value. Fields are displayName, name.given, name.family, emails.1 (with .kind and .label), phones.1 (with .kind, .label, .extension), locale, timezone, externalId, notes, attributes.custom1, questions.1.question, and aliases (all of them, separated by ;). A property name of the signed API may stand in place of its field.',
      examples: [
        'npx countersign user set jdoe phones.1="+1 555 0100" phones.1.kind=mobile attributes.custom2= --realm demo',
        'npx countersign user set jdoe questions.1.question="First pet?" --answer-file questions.1=answer.txt --realm demo',
      ],
      words: [userWord, fieldsWord],
      flags: [...secretFlags],
      load: async () => (await import('./change.js')).setUserCommand,
    },
    {
      name: 'rename',
      summary: 'Changes the user id of a user. Password, groups and everything else stay.',
      examples: [
        'npx countersign user rename jdoe jsmith --realm demo',
        'npx countersign user rename jdoe jsmith --realm demo --json',
      ],
      words: [userWord, ['<newUserId>', 'the new user id']],
      load: async () => (await import('./change.js')).renameUserCommand,
    },
    move(
      'disable',
      'Bars a user from signing in until enabled again.',
      async () => (await import('./mark.js')).disableUserCommand,
    ),
    move('enable', 'Makes a disabled user active again.', async () => (await import('./mark.js')).enableUserCommand),
    move(
      'unlock',
      'Ends the state locked or password_expired: the user is active again.',
      async () => (await import('./mark.js')).unlockUserCommand,
    ),
    {
      name: 'mark',
      summary: `Sets the state of a user, whatever it is now: ${userStates.join(', ')}.`,
      examples: [
        'npx countersign user mark jdoe suspended --reason "on leave until May" --realm demo',
        'npx countersign user mark jdoe active --realm demo --json',
      ],
      words: [userWord, ['<state>', 'the new state']],
      flags: [reasonFlag],
      load: async () => (await import('./mark.js')).markUserCommand,
    },
    {
      name: 'reset-password',
      summary: 'Sets a new password, typed at a prompt or read from a file. The state of the user stays.',
      examples: [
        'npx countersign user reset-password jdoe --realm demo',
        'npx countersign user reset-password jdoe --password-file password.txt --realm demo',
      ],
      words: [userWord],
      flags: [passwordFlag],
      load: async () => (await import('./change.js')).resetPasswordCommand,
    },
    {
      name: 'erase',
      summary: 'Erases a user with all that is kept of them: password, groups, personal values in events.',
      examples: [
        'npx countersign user erase jdoe --realm demo',
        'npx countersign user erase jdoe --confirm jdoe --realm demo',
      ],
      words: [userWord],
      flags: [{ flags: '--confirm <userId>', summary: 'repeat the user id, which consents like --yes' }],
      load: async () => (await import('./change.js')).eraseUserCommand,
    },
    importDeclaration,
    exportDeclaration,
  ],
};
