import { systemClock } from '@countersign/clock';
import type { Environment } from '@countersign/settings';
import { declarations } from './commands/declarations.js';
import { Configuration } from './configuration/configuration.js';
import { GivenOptions } from './configuration/given-options.js';
import { colourChoices } from './output/colours.js';
import { type ExitCode, exitCodes } from './output/exit-code.js';
import { usageFault } from './output/failure.js';
import { failureOf } from './output/failure-of.js';
import { isForProgram, type OutputFormat, outputFormatOf } from './output/format.js';
import { type OutputStream, Terminal } from './output/terminal.js';
import { choose } from './program.js';
import { type CliSettings, settings } from './settings.js';
import { ownVersion } from './version.js';

/** The process that a command runs in. */
export interface CliProcess {
  readonly typed: readonly string[];
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly openStdin: () => NodeJS.ReadableStream;
  readonly isStdinTerminal: boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Does what was typed and answers the exit code. It never throws: every failure has been printed. */
export async function run(cliProcess: CliProcess): Promise<ExitCode> {
  const guessed = formatGuessedFrom(cliProcess.typed);
  let terminal = terminalOf(cliProcess, plainOptions, guessed, undefined);
  try {
    const choice = await choose(cliProcess.typed, declarations, ownVersion(), {
      writeResult: (text) => cliProcess.stdout.write(text),
      writeNote: (text) => void (isForProgram(guessed) || cliProcess.stderr.write(text)),
      resultWidth: widthOf(cliProcess.stdout),
    });
    if (choice === undefined) return exitCodes.done;
    const given = new GivenOptions(choice.flags);
    const environment = settings.parse(cliProcess.environment);
    const format = outputFormatOf(given.text('output'), given.isSet('json'));
    terminal = terminalOf(cliProcess, given, format, environment);
    const configuration = new Configuration(given, environment, terminal, cliProcess.workingFolder);
    const invocation = {
      words: choice.words,
      given,
      settings: environment,
      configuration,
      terminal,
      clock: systemClock,
    };
    return (await choice.run(invocation)) ?? exitCodes.done;
  } catch (error) {
    const failure = failureOf(error);
    terminal.failure(failure);
    if (failure.code === 'fault' && error instanceof Error && error.stack !== undefined) terminal.detail(error.stack);
    return failure.exitCode;
  }
}

const plainOptions = new GivenOptions({});

function terminalOf(
  { openStdin, isStdinTerminal, stdout, stderr, environment }: CliProcess,
  given: GivenOptions,
  format: OutputFormat,
  parsed: CliSettings | undefined,
): Terminal {
  const choice = given.text('color') ?? 'auto';
  const colour = colourChoices.find((known) => known === choice);
  if (colour === undefined) throw usageFault(`--color ${choice} is none of ${colourChoices.join(', ')}`);
  return new Terminal({
    openStdin,
    isStdinTerminal,
    stdout,
    stderr,
    format,
    colour,
    noColour: parsed === undefined ? environment.NO_COLOR || undefined : parsed.NO_COLOR,
    forceColour: parsed?.FORCE_COLOR,
    terminalKind: parsed === undefined ? environment.TERM : parsed.TERM,
    isQuiet: given.isSet('quiet'),
    isVerbose: given.isSet('verbose'),
  });
}

/** For errors in the flags themselves: a program that asked for JSON gets them in JSON all the same. */
function formatGuessedFrom(typed: readonly string[]): OutputFormat {
  const at = typed.findIndex((word) => word === '-o' || word === '--output');
  const output = at === -1 ? undefined : typed[at + 1];
  return typed.includes('--json') || output === 'json' || output === 'jsonl' ? 'json' : 'table';
}

function widthOf(stream: OutputStream & { readonly columns?: number }): number | undefined {
  return stream.columns;
}
