import type { CommandDeclaration } from '../../declaration.js';

export const statusCommand: CommandDeclaration = {
  name: 'status',
  summary:
    'Shows which services are ready. Exit code: 0 when all are, 1 when one is missing, 6 when the gateway is down.',
  examples: ['npx countersign status', 'npx countersign status > /dev/null && echo ready'],
  load: async () => (await import('./status.js')).status,
};
