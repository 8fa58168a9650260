import { type Command, CommanderError, createCommand, Option } from 'commander';
import { type CommandDeclaration, type FlagDeclaration, isNoun, type NounDeclaration } from './declaration.js';
import { globalFlags } from './global-flags.js';
import type { Run } from './invocation.js';
import { type Failure, usageFault } from './output/failure.js';

export interface Chosen {
  readonly run: Run;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

export interface ProgramStreams {
  readonly writeResult: (text: string) => void;
  readonly writeNote: (text: string) => void;
  readonly resultWidth: number | undefined;
}

/** `undefined` means that help or the version was asked for and has been printed. */
export type Choice = Chosen | undefined;

/**
 * Finds out what was typed. The code of a command is loaded only when it is the one chosen.
 * @throws Failure for usage, with what may have been meant
 */
export async function choose(
  typed: readonly string[],
  declarations: readonly (CommandDeclaration | NounDeclaration)[],
  version: string,
  streams: ProgramStreams,
): Promise<Choice> {
  let chosen: Choice;
  const program = createCommand('countersign')
    .description('Operates Countersign: signed requests, realms, users, applications, keys, health.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: streams.writeResult,
      writeErr: streams.writeNote,
      outputError: () => undefined,
      ...(streams.resultWidth === undefined ? {} : { getOutHelpWidth: () => streams.resultWidth ?? 80 }),
    })
    .showHelpAfterError(false);
  lead(program, rootExamples);
  for (const flag of globalFlags) program.addOption(optionOf(flag));
  const pick = (choice: Chosen) => {
    chosen = choice;
  };
  for (const declaration of declarations) {
    if (isNoun(declaration)) addNoun(program, declaration, pick);
    else addCommand(program, declaration, pick);
  }
  try {
    await program.parseAsync([...typed], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageOf(error, typed);
  }
  return chosen;
}

const rootExamples = ['npx countersign request GET /demo/api/v1/users/jdoe', 'npx countersign status'] as const;

function addNoun(program: Command, noun: NounDeclaration, pick: (choice: Chosen) => void): void {
  const command = program.command(noun.name).description(noun.summary).helpCommand(false);
  lead(command, noun.examples);
  for (const verb of noun.verbs) addCommand(command, verb, pick);
}

function addCommand(parent: Command, declaration: CommandDeclaration, pick: (choice: Chosen) => void): void {
  const command = parent.command(declaration.name).description(declaration.summary);
  lead(command, declaration.examples);
  for (const [notation, summary] of declaration.words ?? []) command.argument(notation, summary);
  for (const flag of declaration.flags ?? []) command.addOption(optionOf(flag));
  command.action(async () => {
    const words = command.processedArgs.flat().filter((value): value is string => typeof value === 'string');
    pick({ run: await declaration.load(), words, flags: command.optsWithGlobals() });
  });
}

/** Examples first: they are what most people open the help for. */
function lead(command: Command, examples: readonly string[]): void {
  command.addHelpText('before', `Examples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
}

function optionOf({ flags, summary, isRepeatable, choices }: FlagDeclaration): Option {
  const option = new Option(flags, summary);
  if (choices !== undefined) option.choices([...choices]);
  if (isRepeatable === true) {
    option.argParser((value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]);
  }
  return option;
}

/** Commander's sentence in our form: lower case, and the near miss or the way to the help as the hint. */
function usageOf(error: CommanderError, typed: readonly string[]): Failure {
  const [sentence = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const words = typed.filter((word) => !word.startsWith('-')).slice(0, 1);
  const help = `see: countersign ${[...words, '--help'].join(' ')}`;
  if (error.code === 'commander.help') return usageFault('no command given', help);
  const hint = suggestion === undefined ? help : suggestion.replace(/^\(|\)$/g, '').toLowerCase();
  return usageFault(sentence.replaceAll("'", ''), hint);
}
