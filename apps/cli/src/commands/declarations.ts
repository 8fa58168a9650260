import type { CommandDeclaration, NounDeclaration } from '../declaration.js';
import { applicationCommands } from './application/declaration.js';
import { busCommands } from './bus/declaration.js';
import { contextCommands } from './context/declaration.js';
import { doctorCommand } from './doctor/declaration.js';
import { groupCommands } from './group/declaration.js';
import { keyCommands } from './key/declaration.js';
import { realmCommands } from './realm/declaration.js';
import { requestCommand } from './request/declaration.js';
import { signatureCommands } from './signature/declaration.js';
import { statusCommand } from './status/declaration.js';
import { userCommands } from './user/declaration.js';
import { versionCommand } from './version/declaration.js';

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
