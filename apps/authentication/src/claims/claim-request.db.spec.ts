import { randomBytes } from 'node:crypto';
import { eventually } from '@countersign/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenAuthentication } from '../../../../test/authentication/open-authentication.js';
import { SpecService, specService } from '../../../../test/authentication/spec-service.js';
import { DisableApplication } from '../applications/disable-application.js';
import { RotateApplicationKey } from '../applications/rotate-application-key.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimRequest } from './claim-request.js';
import { ReportReplays } from './report-replays.js';

const spec = specService();
let replicas: OpenAuthentication[];
let applicationId: string;
beforeAll(async () => {
  replicas = [spec.first, await spec.replica(), await spec.replica()];
  applicationId = (await spec.application()).applicationId;
});

interface Signature {
  readonly applicationId: string;
  readonly version: number;
  readonly keyVersion: number;
  readonly mac: string;
  readonly signedAt: number;
}

function sign(part: Partial<Signature> = {}): Signature {
  const mac = randomBytes(32).toString('base64');
  return { applicationId, version: 1, keyVersion: 1, mac, signedAt: Date.now(), ...part };
}
const claim = async (signature: Signature, service: Pick<OpenAuthentication, 'get'> = spec) =>
  (await service.get(ClaimRequest).claim(signature)).verdict;
const skewMs = 300_000;

describe('guarantee G1: a signature is spent once', () => {
  it('of 1,000 signatures, each raced from three replicas, each wins exactly once', async () => {
    const signatures = Array.from({ length: 1_000 }, () => sign());
    const verdicts = await Promise.all(
      signatures.map((signature) => Promise.all(replicas.map((replica) => claim(signature, replica)))),
    );
    for (const three of verdicts) expect([...three].sort()).toEqual(['replayed', 'replayed', 'won']);
  });

  it('equal claims in one turn of one replica win once', async () => {
    const signature = sign();
    const verdicts = await Promise.all(Array.from({ length: 40 }, () => claim(signature)));
    expect(verdicts.filter((verdict) => verdict === 'won')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === 'replayed')).toHaveLength(39);
  });

  it('a gateway with an old copy of the application spends nothing for the one beside it', async () => {
    const signature = sign();
    const verdicts = await Promise.all([claim({ ...signature, version: 0 }), claim(signature), claim(signature)]);
    expect(verdicts).toEqual(['changed', 'won', 'replayed']);
  });

  it('the bytes of a signature are one use in one application, and another in another', async () => {
    const other = await spec.application();
    const signature = sign();
    expect(await claim(signature)).toBe('won');
    expect(await claim({ ...signature, applicationId: other.applicationId })).toBe('won');
    expect(await claim({ ...signature, signedAt: signature.signedAt + 1 })).toBe('replayed');
  });

  it('a mac that is not 32 bytes is malformed', async () => {
    const mac = randomBytes(33).toString('base64');
    await expect(claim(sign({ mac }))).rejects.toMatchObject({ code: 'request.malformed' });
  });
});

describe("the store's clock alone decides freshness", () => {
  it.each([
    ['just inside the past', -skewMs + 2_000, 'won'],
    ['just outside the past', -skewMs - 50, 'stale'],
    ['just inside the future', skewMs - 2_000, 'won'],
    ['just outside the future', skewMs + 5_000, 'stale'],
    ['before 1970', -Date.now() - 1, 'stale'],
    ['beyond the year 9999', 260_000_000_000_000, 'stale'],
  ])('a date %s', async (_name, offsetMs, verdict) => {
    expect(await claim(sign({ signedAt: Date.now() + offsetMs }))).toBe(verdict);
  });

  it('a clock that is set back does not make pruned dates fresh again', async () => {
    const aside = new SpecService({});
    await aside.open();
    const application = await aside.application();
    const signature = sign({ ...application, signedAt: Date.now() - 60_000 });
    expect(await claim(signature, aside)).toBe('won');
    // as PruneClaims leaves it when its clock had been two minutes ahead of this one
    await aside.sql(`update claim_epoch set pruned_through = now() - interval '30 seconds'`);
    await aside.sql('delete from claim');
    expect(await claim(signature, aside)).toBe('stale');
    expect(await claim(sign(application), aside)).toBe('won');
    await aside.close();
  });

  it('pruning forgets what is stale for good, and nothing else', async () => {
    const epochs = spec.get(ClaimEpochStore);
    const kept = sign({ signedAt: Date.now() - 200_000 });
    expect(await claim(kept)).toBe('won');
    await spec.sql(`insert into claim (mac, application_id, signed_at)
       select sha256(n::text::bytea), gen_random_uuid(), now() - interval '6 minutes' from generate_series(1, 50) n`);
    const through = await epochs.movePrunedThrough(310);
    expect(await epochs.deleteThrough(through ?? new Date(0), 20)).toBe(20);
    expect(await epochs.deleteThrough(through ?? new Date(0), 1_000)).toBe(30);
    expect(await claim(kept)).toBe('replayed');
  });
});

describe('the claim looks at the live key', () => {
  it('a disabled application is revoked at once, whatever version the gateway knows', async () => {
    const application = await spec.application();
    expect(await claim(sign(application))).toBe('won');
    await spec.get(DisableApplication).disable(application, asked());
    expect(await claim(sign(application))).toBe('revoked');
    expect(await claim(sign({ ...application, version: 2 }))).toBe('revoked');
  });

  it('after a rotation with overlap both keys are live, in the new version only', async () => {
    const application = await spec.application();
    await spec.get(RotateApplicationKey).rotate({ ...application, overlapSeconds: 60 }, asked());
    expect(await claim(sign(application))).toBe('changed');
    expect(await claim(sign({ ...application, version: 2 }))).toBe('won');
    expect(await claim(sign({ ...application, version: 2, keyVersion: 2 }))).toBe('won');
  });

  it('after a rotation without overlap, and when the overlap is over, the old key is revoked', async () => {
    const application = await spec.application();
    await spec.get(RotateApplicationKey).rotate({ ...application, overlapSeconds: 0 }, asked());
    expect(await claim(sign(application))).toBe('revoked');
    expect(await claim(sign({ ...application, version: 2 }))).toBe('revoked');
    expect(await claim(sign({ ...application, version: 2, keyVersion: 2 }))).toBe('won');
  });

  it('an application that nobody registered is revoked', async () => {
    expect(await claim(sign({ applicationId: '0'.repeat(32) }))).toBe('revoked');
  });
});

describe('every doubt fails closed', () => {
  it('a store that does not answer is store.unavailable for every claim of the batch', async () => {
    const aside = new SpecService({});
    await aside.open();
    const application = await aside.application();
    await aside.sql('alter table claim rename to gone');
    const outcomes = await Promise.allSettled([claim(sign(application), aside), claim(sign(application), aside)]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'store.unavailable' } });
    await aside.close();
  });
});

describe('replays are told to the trail', () => {
  it('summed up by application', async () => {
    const application = await spec.application();
    const signature = sign(application);
    await Promise.all([1, 2, 3].map(() => claim(signature)));
    await spec.get(ReportReplays).report();
    await eventually(async () => {
      const rows = await spec.sql(
        `select details from outbox
         where type = 'authentication.request.refused' and target ->> 'id' = $1`,
        [application.applicationId],
      );
      expect(rows).toEqual([{ details: { reason: 'replayed', count: 2 } }]);
    });
  });
});
