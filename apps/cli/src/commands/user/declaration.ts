import type { NounDeclaration } from '../../declaration.js';

export const userCommands: NounDeclaration = {
  name: 'user',
  summary: 'Users of a realm.',
  examples: ['npx countersign user show jdoe --realm demo', 'npx countersign user show jdoe --realm demo --json'],
  verbs: [
    {
      name: 'show',
      summary: 'Shows a user, without PIN and answers.',
      examples: [
        'npx countersign user show jdoe --realm demo',
        'npx countersign user show "jane doe" --realm demo --json',
      ],
      words: [['<userId>', 'the user id as people write it']],
      load: async () => (await import('./show.js')).showUserCommand,
    },
    {
      name: 'unlock',
      summary: 'Makes a user active again who is locked out or disabled.',
      examples: [
        'npx countersign user unlock jdoe --realm demo',
        'npx countersign user unlock jdoe --realm demo --json',
      ],
      words: [['<userId>', 'the user id as people write it']],
      load: async () => (await import('./unlock.js')).unlockUserCommand,
    },
  ],
};
