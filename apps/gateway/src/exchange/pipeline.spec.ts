import { claimRequest, Problem, reportRefusals, showCredential, showProfile } from '@countersign/contracts';
import { applicationKey } from '@countersign/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, userOf } from '../../testing/gateway-under-test.js';
import type { FaultLog } from '../http/fault-log.js';
import type { Exchange } from './exchange.js';
import { FaultAnswers } from './fault-answers.js';

const path = '/demo/api/v1/users/jdoe';

let gateway: GatewayUnderTest;
let isOpen: boolean;
beforeEach(async () => {
  gateway = await new GatewayUnderTest().open();
  isOpen = true;
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(reportRefusals, () => ({ recorded: 1 }));
});
afterEach(() => close());

async function close(): Promise<void> {
  if (isOpen) await gateway.close();
  isOpen = false;
}

/** Reasons that the trail is told; a gateway that closes tells them all. */
async function recorded(): Promise<unknown> {
  await close();
  const reports = gateway.services.asked.filter(({ operation }) => operation === reportRefusals);
  return reports.flatMap(({ request }) =>
    (request['refusals'] as { reason: string; count: number }[]).map(({ reason, count }) => [reason, count]),
  );
}

describe('a request that a handler finds malformed before the claim is decided', () => {
  beforeEach(() => {
    gateway.services.on(showProfile, () => {
      throw new Problem('request.malformed');
    });
  });

  it('is recorded as malformed where the claim is won', async () => {
    expect((await gateway.send({ path })).status).toBe(400);
    expect(await recorded()).toEqual([['malformed', 1]]);
  });

  it('is recorded as replayed, and as nothing else, where the claim is lost', async () => {
    gateway.verdict = 'replayed';
    expect((await gateway.send({ path })).status).toBe(401);
    expect(await recorded()).toEqual([['replayed', 1]]);
  });
});

describe('an application that was read again to verify a request', () => {
  const otherKeyHex = 'ab'.repeat(32);
  const signer = applicationKey(otherKeyHex);
  const waitingClaim = () => {
    let decide = (): void => undefined;
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    gateway.services.on(claimRequest, async () => {
      isAsked();
      await decided;
      return { verdict: 'won' };
    });
    return { asked, decide };
  };

  it('asks ahead of the claim only what it may do by now', async () => {
    expect((await gateway.send({ path })).status).toBe(200);
    gateway.services.asked.splice(0);
    gateway.credential.version += 1;
    gateway.credential.keys = [{ keyVersion: 2, key: otherKeyHex }];
    gateway.credential.permissions = [];
    const claim = waitingClaim();
    const answer = gateway.send({ path, signer });
    await claim.asked;
    claim.decide();
    expect((await answer).status).toBe(403);
    expect(gateway.services.effects()).toEqual([]);
  });
});

describe('a handler that started before its claim was lost', () => {
  it.each<[string, () => unknown]>([
    ['finishes', () => userOf('jdoe')],
    ['fails', () => Promise.reject(new Error('fails'))],
    ['is refused as by a service that is down', () => Promise.reject(new Problem('store.unavailable'))],
  ])('%s, and is no fault', async (_name, reply) => {
    expect((await gateway.send({ path })).status).toBe(200);
    let isLost = (): void => undefined;
    const lost = new Promise<void>((resolve) => {
      isLost = resolve;
    });
    gateway.services
      .on(showCredential, () => {
        isLost();
        throw new Problem('application.disabled');
      })
      .on(showProfile, () => lost.then(reply));
    gateway.credential.version += 1;
    const asked = gateway.services.effects().length;
    expect((await gateway.send({ path })).status).toBe(401);
    expect(gateway.services.effects()).toHaveLength(asked + 1);
    expect(gateway.faults).toEqual([]);
  });

  it('is a fault where its claim is won and it fails', async () => {
    gateway.services.on(showProfile, () => Promise.reject(new Error('fails')));
    expect((await gateway.send({ path })).status).toBe(500);
    expect(gateway.faults).toHaveLength(1);
  });
});

describe('a dialect that has no words for a problem', () => {
  it('answers it as a fault, and the log has both', () => {
    const logged: unknown[] = [];
    const faults = { write: (error: unknown) => logged.push(error) } as unknown as FaultLog;
    const fault = { http: 500, body: '{}' };
    const wordless = new Error('no text');
    const dialect = {
      answers: { fault },
      answerTo: () => {
        throw wordless;
      },
    };
    const exchange = { dialect, correlation: {} } as unknown as Exchange;
    const problem = new Problem('user.unknown');
    expect(new FaultAnswers(faults).answerTo(problem, exchange)).toEqual({ answer: fault });
    expect(logged).toEqual([problem, wordless]);
  });
});
