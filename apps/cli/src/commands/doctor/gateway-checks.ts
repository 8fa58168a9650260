import { signedFetch } from '@countersign/signing';
import { fetchFailure } from '../../gateway/fetch-failure.js';
import { type GatewayState, gatewayState } from '../../gateway/gateway-state.js';
import type { Invocation } from '../../invocation.js';
import { failureOf } from '../../output/failure-of.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';

/** Requests are refused when the clocks differ by more than this (contract A.4); half of it is on the way there. */
const refusedBeyondMs = 300_000;
const worthAWordMs = 5_000;

/** Whether the gateway answers, has all it needs, and has the same time as we. */
export async function gatewayChecks(invocation: Invocation): Promise<readonly Finding[]> {
  const state = await stateOrFinding(invocation);
  if ('check' in state) return [state];
  if (!state.answers) {
    return [fault('gateway', `${state.url} cannot be reached: ${state.reason}`, 'start it: npm start; or give --url')];
  }
  const down = Object.entries(state.checks).filter(([, value]) => value.startsWith('down'));
  const readiness = state.isReady
    ? ok('gateway', `${state.url} is ready`)
    : fault(
        'gateway',
        `${state.url} is not ready: ${down.map(([name, state]) => `${name} ${state}`).join(', ')}`,
        'look at what is down, and at its log',
      );
  return [readiness, clockCheck(state.clockDifferenceMs)];
}

async function stateOrFinding(invocation: Invocation): Promise<GatewayState | Finding> {
  try {
    return await gatewayState(invocation);
  } catch (error) {
    const { message, hint } = failureOf(error);
    return fault('gateway', message, hint);
  }
}

/** First cause of refused signatures. */
export function clockCheck(differenceMs: number | undefined): Finding {
  if (differenceMs === undefined) return skipped('clock', 'the gateway sent no date');
  const distance = Math.abs(differenceMs);
  const found = `the gateway is ${(distance / 1_000).toFixed(1)} s ${differenceMs > 0 ? 'ahead' : 'behind'}`;
  const mend = 'let both machines follow a time server (timedatectl set-ntp true)';
  if (distance > refusedBeyondMs) return fault('clock', `${found}: every signature is refused`, mend);
  return distance > worthAWordMs ? warning('clock', found, mend) : ok('clock', 'same time as the gateway');
}

/** A user id that does not exist. "Not found" proves that the key is accepted. */
const unknownUserId = 'countersign-context-check';

/** Whether the gateway accepts our key and we accept its answer. */
export async function credentialCheck({ configuration }: Invocation): Promise<Finding> {
  try {
    const url = new URL(`/${configuration.realm()}/api/v1/users/${unknownUserId}`, configuration.url());
    const timeoutMs = Math.min(configuration.timeoutMs(), 10_000);
    const credential = configuration.credential();
    const answer = await signedFetch(url, { ...credential, timeoutMs }).catch((error: unknown) => {
      throw fetchFailure(url, error);
    });
    if (answer.status === 401)
      return fault('key', `refused: ${messageIn(answer.text())}`, 'compare application, key and clock');
    if (answer.isTimely === false)
      return fault('key', 'the answer is signed with a date of another time', 'compare the clocks');
    if (answer.signatureHolds !== true)
      return fault('key', 'the answer is not signed with this key', 'is this the right gateway?');
    return ok('key', `application ${credential.applicationId} is accepted, and the answer is signed`);
  } catch (error) {
    const { message, hint } = failureOf(error);
    return fault('key', message, hint);
  }
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
