import { randomBytes } from 'node:crypto';
import { Jobs } from '@countersign/hosting';
import { eventually, testLogger } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  administer,
  asked,
  createApplication,
  type OpenAuthentication,
  only,
  openAuthentication,
} from '../../../../test/authentication/open-authentication.js';
import { type PrivatePostgres, privatePostgres } from '../../../../test/authentication/private-postgres.js';
import { type SteppedClock, steppedClock } from '../../../../test/authentication/stepped-clock.js';
import { longestSkewSeconds } from './claim-epoch.policy.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimRequest } from './claim-request.js';

let postgres: PrivatePostgres;
let clock: SteppedClock;
let service: OpenAuthentication;
let applicationId: string;

beforeAll(async () => {
  postgres = await privatePostgres();
  clock = await steppedClock(postgres.adminUrl);
  service = await openAuthentication(postgres.runtimeUrl);
  applicationId = (await createApplication(service)).applicationId;
}, 60_000);
afterAll(async () => {
  await service.close();
  await postgres.remove();
});

type Signature = ReturnType<typeof sign>;

function sign(offsetMs = 0) {
  const mac = randomBytes(32).toString('base64');
  return { applicationId, version: 1, keyVersion: 1, mac, signedAt: Date.now() + offsetMs };
}
const verdictOf = async (request: Signature, of: Pick<OpenAuthentication, 'get'> = service) =>
  (await only(of.get(ClaimRequest).claim([{ request, asked: asked() }]))).verdict;
const claim = (signature: Signature) => verdictOf(signature).catch((error: { code: string }) => error.code);
const keep = () => service.get(ClaimKeeper).keep();
const logged = () =>
  administer<{ count: number }>(postgres.adminUrl, 'select count(*)::int as count from authentication.claim_ahead');

/** Claims fresh signatures until told to stop; those that won. */
function load(): () => Promise<Signature[]> {
  let isOver = false;
  const won: Signature[] = [];
  const workers = Array.from({ length: 16 }, async (_, worker) => {
    while (!isOver) {
      const signature = sign(worker < 4 ? 30_000 : 0);
      if ((await claim(signature)) === 'won') won.push(signature);
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(workers);
    return won;
  };
}

const freshWins = (deadlineMs: number) =>
  eventually(async () => (await claim(sign())) === 'won', { deadlineMs, everyMs: 50 });

describe('what a crash would forget is on the disk', () => {
  it('claims dated past the horizon, and only those', async () => {
    expect(await claim(sign())).toBe('won');
    await keep();
    const [before] = await logged();
    expect(await claim(sign())).toBe('won');
    expect(await logged()).toEqual([before]);
    expect(await claim(sign(30_000))).toBe('won');
    expect(await logged()).toEqual([{ count: (before?.count ?? 0) + 1 }]);
  });
});

describe('after a clean restart of the store', () => {
  it('old signatures are refused and a fresh one wins at once', async () => {
    const [present, ahead] = [sign(), sign(20_000)];
    expect([await claim(present), await claim(ahead)]).toEqual(['won', 'won']);
    await postgres.restart();
    expect(await eventually(() => verdictOf(present), { deadlineMs: 10_000 })).toBe('replayed');
    expect(await claim(ahead)).toBe('replayed');
    expect(await claim(sign())).toBe('won');
  }, 60_000);
});

describe('a step of the clock of the store', () => {
  const isReady = () => service.get(ClaimKeeper).judgesDate();
  const prune = async () => {
    const epochs = service.get(ClaimEpochStore);
    const through = await epochs.movePrunedThrough(310, Date.now());
    if (through !== undefined) await epochs.deleteThrough(through, 1_000);
  };
  beforeAll(async () => {
    await claim(sign());
    await keep();
  });
  afterEach(() => clock.set(0));

  it.each([
    ['forward', 1_200],
    ['back', -1_200],
    ['forward, for longer than claims are kept', 90_000],
  ])('%s is no fault of the client, and leaves nothing behind', async (_way, seconds) => {
    const [present, ahead] = [sign(), sign(20_000)];
    expect([await claim(present), await claim(ahead), await isReady()]).toEqual(['won', 'won', true]);
    await clock.set(seconds);
    await keep();
    const unused = sign();
    expect([await claim(unused), await claim(sign(-310_000)), await isReady()]).toEqual(['recovering', 'stale', false]);
    await prune();
    await prune();
    await clock.set(0);
    await keep();
    expect([await isReady(), await claim(unused), await claim(sign())]).toEqual([true, 'won', 'won']);
    expect([await claim(present), await claim(ahead)]).not.toContain('won');
  });

  it('while the store forgets its claims shuts the door no longer than a crash does', async () => {
    const used = sign();
    expect(await claim(used)).toBe('won');
    await clock.set(1_200);
    await claim(sign());
    await keep();
    await administer(postgres.adminUrl, `delete from authentication.claim_epoch`);
    await keep();
    await clock.set(0);
    await freshWins(10_000);
    expect(await claim(used)).not.toBe('won');
  });

  it('while no service runs is one that they start with', async () => {
    const used = sign();
    expect(await claim(used)).toBe('won');
    await service.close();
    await clock.set(1_200);
    service = await openAuthentication(postgres.runtimeUrl);
    expect([await claim(sign()), await isReady()]).toEqual(['recovering', false]);
    await prune();
    await clock.set(0);
    expect([await isReady(), await claim(sign())]).toEqual([true, 'won']);
    expect(await claim(used)).not.toBe('won');
  });
});

describe('after kill -9 of the store in the middle of its work', () => {
  const jobs = new Jobs(testLogger());
  afterAll(() => jobs.close());

  it('nothing that won wins again, and a fresh signature wins within seconds', async () => {
    jobs.start([{ name: 'keep claims', everyMs: 100, run: keep }]);
    const stopLoad = load();
    await eventually(async () => Number((await logged())[0]?.count) > 50, { deadlineMs: 10_000 });
    await postgres.kill();
    const won = await stopLoad();
    expect(won.length).toBeGreaterThan(50);
    const first = await Promise.all(won.map(claim));
    expect(first.filter((verdict) => verdict === 'won')).toEqual([]);
    await freshWins(10_000);
    const again = await Promise.all(won.map(claim));
    expect(again.filter((verdict) => verdict !== 'recovering' && verdict !== 'replayed')).toEqual([]);
    expect(await claim(sign(-5_000))).toBe('recovering');
  }, 60_000);
});

describe('a store that is not the one it was', () => {
  const epoch = () =>
    administer<{ aheadSeconds: number }>(
      postgres.adminUrl,
      `select extract(epoch from barrier - now())::float as "aheadSeconds" from authentication.claim_epoch`,
    );

  it('a restored dump may have forgotten all: nothing it could have claimed wins', async () => {
    const ahead = sign(250_000);
    const furthest = sign(890_000);
    const tolerant = await openAuthentication(postgres.runtimeUrl, { skewSeconds: longestSkewSeconds });
    const verdictOfTolerant = () => verdictOf(furthest, tolerant);
    expect(await verdictOfTolerant()).toBe('won');
    expect(await claim(ahead)).toBe('won');
    // what a dump that was taken before, and read in elsewhere, holds
    await administer(
      postgres.adminUrl,
      `delete from authentication.claim where signed_at > now() + interval '1 minute'`,
    );
    await administer(postgres.adminUrl, `delete from authentication.claim_ahead`);
    await administer(postgres.adminUrl, `update authentication.claim_epoch set store = 'another'`);
    await administer(postgres.adminUrl, `update authentication.claim_store set store = 'another'`);
    expect(await claim(ahead)).toBe('recovering');
    await keep();
    expect(await claim(ahead)).toBe('recovering');
    expect(await claim(sign())).toBe('recovering');
    // by a replica that allows less than another one did
    expect((await epoch())[0]?.aheadSeconds).toBeGreaterThan(longestSkewSeconds);
    expect(await verdictOfTolerant()).toBe('recovering');
    await tolerant.close();
  });

  it('so does a promoted standby that may lack the last commits', async () => {
    await administer(postgres.adminUrl, `delete from authentication.claim_epoch`);
    await administer(postgres.adminUrl, `update authentication.claim_store set timeline = '00000000', horizon = now()`);
    await keep();
    expect((await epoch())[0]?.aheadSeconds).toBeGreaterThan(longestSkewSeconds);
  });

  it('a promoted standby for which commits had waited serves again within seconds', async () => {
    await administer(postgres.adminUrl, `delete from authentication.claim_epoch`);
    await administer(postgres.adminUrl, `update authentication.claim_store set timeline = '00000000', horizon = now()`);
    const other = await openAuthentication(postgres.runtimeUrl, { isStandbySynchronous: true });
    expect((await epoch())[0]?.aheadSeconds).toBeLessThan(3);
    await other.close();
    await freshWins(10_000);
  });

  it('so may one whose clock is behind: no date that the clock before it took wins again', async () => {
    const ahead = sign(250_000);
    expect(await claim(ahead)).toBe('won');
    await administer(postgres.adminUrl, `delete from authentication.claim_epoch`);
    await administer(
      postgres.adminUrl,
      `delete from authentication.claim where signed_at > now() + interval '1 minute'`,
    );
    await administer(postgres.adminUrl, `delete from authentication.claim_ahead`);
    await administer(
      postgres.adminUrl,
      `update authentication.claim_store set timeline = '00000000', horizon = now() - interval '1 hour'`,
    );
    await clock.set(-600);
    await keep();
    await clock.set(0);
    expect((await epoch())[0]?.aheadSeconds).toBeGreaterThan(longestSkewSeconds);
    expect(await claim(ahead)).toBe('recovering');
    await administer(postgres.adminUrl, `update authentication.claim_epoch set barrier = now()`);
  });

  it('replicas that notice together open one epoch', async () => {
    await administer(postgres.adminUrl, `delete from authentication.claim_epoch`);
    await Promise.all(Array.from({ length: 10 }, () => keep()));
    expect(await epoch()).toHaveLength(1);
  });
});
