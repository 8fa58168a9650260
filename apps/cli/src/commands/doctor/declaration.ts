import type { CommandDeclaration } from '../../declaration.js';

export const doctorCommand: CommandDeclaration = {
  name: 'doctor',
  summary: 'Checks Node, files, ports, clock, bus and databases, and says how to fix what is wrong.',
  examples: ['npx countersign doctor', 'npx countersign doctor --json'],
  load: async () => (await import('./doctor.js')).doctor,
};
