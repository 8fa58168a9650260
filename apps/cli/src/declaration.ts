import type { Run } from './invocation.js';

/** One flag, in commander's notation: `-d, --data <value>`. */
export interface FlagDeclaration {
  readonly flags: string;
  readonly summary: string;
  /** May be given several times; each value is kept. */
  readonly isRepeatable?: true;
  readonly choices?: readonly string[];
}

/** A command as the program and its help know it; its code is loaded only when it runs. */
export interface CommandDeclaration {
  readonly name: string;
  readonly summary: string;
  /** Two commands to paste; help leads with them. */
  readonly examples: readonly [string, string];
  /** Positional arguments in commander's notation: `<name>`, `[name]`. */
  readonly words?: readonly (readonly [notation: string, summary: string])[];
  readonly flags?: readonly FlagDeclaration[];
  readonly load: () => Promise<Run>;
}

/** A noun and its verbs. */
export interface NounDeclaration {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly [string, string];
  readonly verbs: readonly CommandDeclaration[];
}

export function isNoun(declaration: CommandDeclaration | NounDeclaration): declaration is NounDeclaration {
  return 'verbs' in declaration;
}
