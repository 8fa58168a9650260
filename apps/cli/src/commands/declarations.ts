import type { CommandDeclaration, NounDeclaration } from '../declaration.js';
import { applicationCommands } from './application/declaration.js';
import { busCommands } from './bus/declaration.js';
import { contextCommands } from './context/declaration.js';
import { groupCommands } from './group/declaration.js';
import { keyCommands } from './key/declaration.js';
import { realmCommands } from './realm/declaration.js';
import { requestCommand } from './request/declaration.js';
import { signatureCommands } from './signature/declaration.js';
import { userCommands } from './user/declaration.js';

const doctorCommand: CommandDeclaration = {
  name: 'doctor',
  summary: 'Checks Node, files, ports, clock, bus and databases, and says how to fix what is wrong.',
  examples: ['npx countersign doctor', 'npx countersign doctor --json'],
  load: async () => (await import('./doctor/doctor.js')).doctor,
};

const statusCommand: CommandDeclaration = {
  name: 'status',
  summary:
    'Shows which services are ready. Exit code: 0 when all are, 1 when one is missing, 6 when the gateway is down.',
  examples: ['npx countersign status', 'npx countersign status > /dev/null && echo ready'],
  load: async () => (await import('./status/status.js')).status,
};

const versionCommand: CommandDeclaration = {
  name: 'version',
  summary: 'Prints the version of this command line and of what it runs on.',
  examples: ['npx countersign version', 'npx countersign version --json'],
  load: async () => (await import('./version/version.js')).version,
};

/** Every command, in the order of the help: first what a newcomer needs. */
export const declarations: readonly (CommandDeclaration | NounDeclaration)[] = Object.freeze([
  requestCommand,
  statusCommand,
  doctorCommand,
  signatureCommands,
  contextCommands,
  realmCommands,
  applicationCommands,
  userCommands,
  groupCommands,
  keyCommands,
  busCommands,
  versionCommand,
]);
