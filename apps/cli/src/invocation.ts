import type { Clock } from '@countersign/clock';
import type { Configuration } from './configuration/configuration.js';
import type { GivenOptions } from './configuration/given-options.js';
import type { ExitCode } from './output/exit-code.js';
import { usageFault } from './output/failure.js';
import type { Terminal } from './output/terminal.js';
import type { CliSettings } from './settings.js';

/** Everything one command is given; it reads nothing else of its surroundings. */
export interface Invocation {
  /** Positional arguments in order. */
  readonly words: readonly string[];
  readonly given: GivenOptions;
  readonly settings: CliSettings;
  readonly configuration: Configuration;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Does one command. Nothing returned means done; what fails is thrown. */
export type Run = (invocation: Invocation) => Promise<ExitCode | undefined>;

/** The positional argument at an index that the program has already demanded. */
export function word(invocation: Invocation, index: number): string {
  const value = invocation.words[index];
  if (value === undefined) throw new Error(`argument ${index} was not demanded by the program`);
  return value;
}

/** A flag that the command cannot do without. */
export function demanded(invocation: Invocation, name: string): string {
  const value = invocation.given.text(name);
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === undefined) throw usageFault(`${flag} is missing`);
  return value;
}
