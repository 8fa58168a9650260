import type { FlagDeclaration } from './declaration.js';
import { colourChoices } from './output/colours.js';
import { outputFormats } from './output/format.js';

/** Flags every command knows; they may stand anywhere. A secret is never a flag: flags show in process lists. */
export const globalFlags: readonly FlagDeclaration[] = [
  { flags: '-c, --context <name>', summary: 'stored context to use' },
  { flags: '--url <url>', summary: 'address of the gateway' },
  { flags: '--realm <name>', summary: 'realm that the command acts on' },
  { flags: '--application <id>', summary: 'application that requests are signed as' },
  { flags: '--key-file <path>', summary: 'file of the application key, - for stdin' },
  { flags: '-o, --output <format>', summary: 'format of the result', choices: outputFormats },
  { flags: '--json', summary: 'the same as --output json' },
  { flags: '--color <when>', summary: 'colours', choices: colourChoices },
  { flags: '-q, --quiet', summary: 'print only the result, warnings and errors' },
  { flags: '-v, --verbose', summary: 'print more on stderr' },
  { flags: '--timeout <duration>', summary: 'longest wait, such as 30s or 5m' },
  { flags: '-y, --yes', summary: 'consent to what cannot be undone; needed where there is no terminal' },
  { flags: '-n, --dry-run', summary: 'show what would be done and do nothing' },
  { flags: '--no-input', summary: 'ask nothing, even on a terminal; this is not consent' },
];
