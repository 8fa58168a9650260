import type { SignedAnswer } from '@countersign/signing';
import { type ExitCode, exitCodeOfStatus, exitCodes } from '../../output/exit-code.js';

export type SignatureState = 'holds' | 'broken' | 'untimely' | 'absent';

/** What the signature of an answer is worth; one that is missing, wrong or of another time proves nothing. */
export function signatureStateOf({
  signatureHolds,
  isTimely,
}: Pick<SignedAnswer, 'signatureHolds' | 'isTimely'>): SignatureState {
  if (signatureHolds === undefined) return 'absent';
  if (signatureHolds) return 'holds';
  return isTimely === false ? 'untimely' : 'broken';
}

/** Outcomes that the dialect reports with HTTP 200 although the thing asked for was not done (contract C.0, C.2, C.5). */
const refusedStatuses: ReadonlySet<unknown> = new Set(['failed', 'failure', 'error', 'invalid', 'server_error']);

/**
 * The exit code of an answer. A signature that is wrong or old overrules everything but a 401: a key that is refused is
 * not the one that the gateway signs its refusal with. One that is missing does so only on success: a proxy in between
 * could have answered, while refusals of unknown applications cannot be signed.
 */
export function exitCodeOfAnswer(status: number, signature: SignatureState, body: unknown): ExitCode {
  const byStatus = exitCodeOfStatus(status);
  if (status === 401) return byStatus;
  if (signature === 'broken' || signature === 'untimely') return exitCodes.signatureBroken;
  if (signature === 'absent' && byStatus === exitCodes.done) return exitCodes.signatureBroken;
  if (byStatus !== exitCodes.done || typeof body !== 'object' || body === null) return byStatus;
  const { status: outcome, failures } = body as Record<string, unknown>;
  if (!refusedStatuses.has(outcome)) return exitCodes.done;
  return typeof failures === 'object' && failures !== null ? exitCodes.partlyFailed : exitCodes.refused;
}

/** What the status line on stderr says of the signature. */
export const signatureSentences: Readonly<Record<SignatureState, string>> = Object.freeze({
  holds: 'response signature holds',
  broken: 'response signature does NOT hold',
  untimely: 'response signature is of ANOTHER TIME',
  absent: 'response is not signed',
});
