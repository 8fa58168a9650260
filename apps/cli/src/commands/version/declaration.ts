import type { CommandDeclaration } from '../../declaration.js';

export const versionCommand: CommandDeclaration = {
  name: 'version',
  summary: 'Prints the version of this command line and of what it runs on.',
  examples: ['npx countersign version', 'npx countersign version --json'],
  load: async () => (await import('./version.js')).version,
};
