import { Problem } from '@countersign/contracts';
import { FileFault } from '@countersign/files';
import { SettingsFault } from '@countersign/settings';
import { exitCodeOfProblem, exitCodes } from './exit-code.js';
import { Failure } from './failure.js';

/** What the command line shows for an error of any kind; an unexpected error keeps its message only. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Problem) {
    return new Failure(error.code, error.message, { exitCode: exitCodeOfProblem(error.code), hint: hintOf(error) });
  }
  if (error instanceof SettingsFault) return new Failure('settings', error.message, { exitCode: exitCodes.usage });
  const systemCode = systemCodeOf(error);
  if (systemCode !== undefined) {
    return new Failure(`system.${systemCode.toLowerCase()}`, systemMessageOf(error, systemCode));
  }
  return new Failure('fault', error instanceof Error ? error.message : 'an unexpected fault');
}

function hintOf(problem: Problem): string | undefined {
  switch (problem.code) {
    case 'bus.unavailable':
    case 'bus.deadline':
    case 'store.unavailable':
      return 'see which services are down: countersign status';
    case 'bus.not_permitted':
      return 'use the bus user of an operator; see: countersign doctor';
    case 'realm.unknown':
      return 'list the realms: countersign realm list';
    case 'application.unknown':
      return 'list the applications: countersign application list';
    default:
      return problem.retryAfterSeconds === undefined ? undefined : `ask again in ${problem.retryAfterSeconds} s`;
  }
}

/** Node's own words for a file name the system call, and the path last. */
function systemMessageOf(error: unknown, code: string): string {
  if (!(error instanceof Error)) return code;
  const { path } = error as NodeJS.ErrnoException;
  return path === undefined ? error.message : new FileFault(path, 'used', code).message;
}

/** The name of an error of the operating system, such as `EACCES`. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
