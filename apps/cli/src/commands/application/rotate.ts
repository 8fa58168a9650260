import { rotateApplicationKey } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { parseDuration } from '../../configuration/duration.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import type { Invocation } from '../../invocation.js';
import { keyDestination } from './key-destination.js';
import { namedApplication } from './show.js';

/**
 * Gives an application a new key. The old one stays valid for the overlap, so that nothing is refused meanwhile; with no
 * overlap the command asks first.
 */
export async function rotateApplicationCommand(invocation: Invocation): Promise<undefined> {
  const overlap = invocation.given.text('overlap');
  const request = {
    applicationId: namedApplication(invocation),
    ...(overlap === undefined ? {} : { overlapSeconds: Math.floor(parseDuration(overlap, '--overlap') / 1_000) }),
  };
  if (saidInsteadOfDone(invocation, rotateApplicationKey, request)) return;
  if (request.overlapSeconds === 0)
    await confirmed(invocation, `end the present key of application ${request.applicationId} at once?`);
  const destination = keyDestination(invocation, true);
  try {
    const rotated = await askOnce(invocation, rotateApplicationKey, request);
    const { applicationId, applicationKey, previousKeyExpiresAt } = rotated;
    destination.deliver({ applicationId, applicationKey });
    renewDemo(invocation, applicationId, applicationKey);
    invocation.terminal.remark(`the previous key is accepted until ${previousKeyExpiresAt}`);
  } finally {
    destination.abandon();
  }
}

/** The demo file holds the key itself: without the new one the next request would fail once the overlap is over. */
function renewDemo({ configuration, terminal }: Invocation, applicationId: string, applicationKey: string): void {
  const { name, values, replaceApplicationKey } = configuration.source();
  if (replaceApplicationKey === undefined || values.applicationId !== applicationId) return;
  replaceApplicationKey(applicationKey);
  terminal.remark(`${name} holds the new key`);
}
