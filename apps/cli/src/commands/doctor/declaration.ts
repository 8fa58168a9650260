import type { CommandDeclaration } from '../../declaration.js';

export const doctorCommand: CommandDeclaration = {
  name: 'doctor',
  summary: 'Looks at all that has to be right (Node, files, ports, clock, bus, databases), with what to do about it.',
  examples: ['npx countersign doctor', 'npx countersign doctor --json'],
  load: async () => (await import('./doctor.js')).doctor,
};
