import type { ProblemCode } from '@countersign/contracts';
import { problems } from '@countersign/contracts';

/** How a command ends, for scripts. Stable: codes are only ever added. */
export const exitCodes = Object.freeze({
  done: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  notPermitted: 4,
  signatureBroken: 5,
  unreachable: 6,
  partlyFailed: 7,
  interrupted: 130,
});

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a refusal that came over the bus. */
export function exitCodeOfProblem(code: ProblemCode): ExitCode {
  const { status } = problems[code];
  if (status === 404) return exitCodes.notFound;
  if (code === 'bus.not_permitted') return exitCodes.notPermitted;
  if (code.startsWith('bus.') || code === 'store.unavailable') return exitCodes.unreachable;
  return exitCodes.refused;
}

/** The exit code of an HTTP status by itself; what the body says may still turn 0 into 1. */
export function exitCodeOfStatus(status: number): ExitCode {
  if (status >= 200 && status < 300) return exitCodes.done;
  if (status === 401 || status === 403) return exitCodes.notPermitted;
  if (status === 404) return exitCodes.notFound;
  if (status === 502 || status === 503 || status === 504) return exitCodes.unreachable;
  return exitCodes.refused;
}
