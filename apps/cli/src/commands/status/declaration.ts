import type { CommandDeclaration } from '../../declaration.js';

export const statusCommand: CommandDeclaration = {
  name: 'status',
  summary: 'Says what is up. Ends with 0 when ready, 1 when something is missing, 6 when the gateway is down.',
  examples: ['npx countersign status', 'npx countersign status > /dev/null && echo ready'],
  load: async () => (await import('./status.js')).status,
};
