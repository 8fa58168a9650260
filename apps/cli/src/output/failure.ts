import { type ExitCode, exitCodes } from './exit-code.js';

export interface FailureOptions {
  readonly exitCode?: ExitCode;
  /** What to do about it, for people. */
  readonly hint?: string | undefined;
  /** The trace id under which the services logged it. */
  readonly requestId?: string | undefined;
}

/** Why a command ends without its result: `code` for scripts, the message and the hint for people. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;

  constructor(
    readonly code: string,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message);
    this.exitCode = options.exitCode ?? exitCodes.refused;
    this.hint = options.hint;
    this.requestId = options.requestId;
  }
}

/** Something typed cannot be meant so; ends with the exit code for usage. */
export function usageFault(message: string, hint?: string): Failure {
  return new Failure('usage', message, { exitCode: exitCodes.usage, hint });
}

/** Something could not be reached or did not answer in time. */
export function unreachable(message: string, hint?: string): Failure {
  return new Failure('unreachable', message, { exitCode: exitCodes.unreachable, hint });
}
