import { randomBytes } from 'node:crypto';
import { claimRequest } from '@countersign/contracts';
import { Database } from '@countersign/persistence';
import { eventually } from '@countersign/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenAuthentication, only } from '../../../../test/authentication/open-authentication.js';
import { SpecService, specService } from '../../../../test/authentication/spec-service.js';
import { DeleteApplication } from '../applications/delete-application.js';
import { RotateApplicationKey } from '../applications/rotate-application-key.js';
import { SwitchApplication } from '../applications/switch-application.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';
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
const claimTogether = (signatures: readonly Signature[], service: Pick<OpenAuthentication, 'get'> = spec) =>
  service.get(ClaimRequest).claim(signatures.map((request) => ({ request, asked: asked() })));
const claim = async (signature: Signature, service: Pick<OpenAuthentication, 'get'> = spec) =>
  (await only(claimTogether([signature], service))).verdict;
const skewMs = 300_000;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Total Cost': number;
  /** Since PostgreSQL 18; before, a forbidden scan has a cost of 1e10. */
  readonly Disabled?: boolean;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

it('a claim reads each table by its key: no scan that its session forbids is in the plan', async () => {
  await claim(sign());
  const plan = await spec.get(Database).withConnection(async (client) => {
    const { rows } = await client.query(`select statement from pg_prepared_statements where name = 'claim.make'`);
    await client.query(`prepare explained as ${rows[0].statement}`);
    const given = `'{${applicationId}}', '{1}', '{1}', '{\\\\x00}', '{${Date.now()}}', 300`;
    const explained = await client.query(`explain (format json) execute explained (${given})`);
    await client.query('deallocate explained');
    return explained.rows[0]['QUERY PLAN'][0].Plan as PlanNode;
  });
  const nodes = nodesOf(plan);
  expect(nodes.map((node) => node['Relation Name'])).toEqual(expect.arrayContaining(['claim_store', 'claim_epoch']));
  expect(nodes.filter((node) => node.Disabled || node['Total Cost'] >= 1e10)).toEqual([]);
});

describe('guarantee G1: a signature is spent once', () => {
  it('of 1,000 signatures, each raced from three replicas, each wins exactly once', async () => {
    const signatures = Array.from({ length: 1_000 }, () => sign());
    const verdicts = new Map<Signature, string[]>(signatures.map((signature) => [signature, []]));
    const race = async (replica: OpenAuthentication, batch: readonly Signature[]) => {
      const answers = await claimTogether(batch, replica);
      for (const [position, signature] of batch.entries())
        verdicts.get(signature)?.push((answers[position] as { verdict: string }).verdict);
    };
    const batches = Array.from({ length: 20 }, (_, batch) => signatures.slice(batch * 50, batch * 50 + 50));
    const [first, second, third] = replicas as [OpenAuthentication, OpenAuthentication, OpenAuthentication];
    await Promise.all(
      batches.flatMap((batch) => [race(first, batch), race(second, batch.toReversed()), race(third, batch)]),
    );
    for (const three of verdicts.values()) expect(three.sort()).toEqual(['replayed', 'replayed', 'won']);
  });

  it('equal claims that come together win once', async () => {
    const signature = sign();
    const [first, ...others] = await claimTogether(Array.from({ length: 40 }, () => signature));
    expect(first).toMatchObject({ verdict: 'won' });
    expect(others).toMatchObject(Array.from({ length: 39 }, () => ({ verdict: 'replayed' })));
  });

  it('a gateway with an old copy of the application spends nothing for the one beside it', async () => {
    const signature = sign();
    const answers = await claimTogether([{ ...signature, version: 0 }, signature, signature]);
    expect(answers).toMatchObject([{ verdict: 'changed' }, { verdict: 'won' }, { verdict: 'replayed' }]);
  });

  it('the bytes of a signature are one use in one application, and another in another', async () => {
    const other = await spec.application();
    const signature = sign();
    expect(await claim(signature)).toBe('won');
    expect(await claim({ ...signature, applicationId: other.applicationId })).toBe('won');
    expect(await claim({ ...signature, signedAt: signature.signedAt + 1 })).toBe('replayed');
  });

  it.each([31, 33])('a mac of %d bytes does not fit the operation', (bytes) => {
    const request = sign({ mac: randomBytes(bytes).toString('base64') });
    expect(claimRequest.request.safeParse(request).success).toBe(false);
    expect(claimRequest.request.safeParse(sign()).success).toBe(true);
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
    expect(await claim(signature, aside)).toBe('recovering');
    expect(await claim(sign(application), aside)).toBe('won');
    await aside.close();
  });

  it('pruning forgets what is stale for good, and nothing else', async () => {
    const epochs = spec.get(ClaimEpochStore);
    const kept = sign({ signedAt: Date.now() - 200_000 });
    expect(await claim(kept)).toBe('won');
    await spec.sql(`insert into claim (mac, application_id, signed_at)
       select sha256(n::text::bytea), gen_random_uuid(), date_trunc('second', now()) - interval '6 minutes' from generate_series(1, 50) n`);
    const through = await epochs.movePrunedThrough(310, Date.now());
    expect(await epochs.deleteThrough(through ?? new Date(0), 20)).toBe(20);
    expect(await epochs.deleteThrough(through ?? new Date(0), 1_000)).toBe(30);
    expect(await claim(kept)).toBe('replayed');
  });
});

describe('the readiness of the replay store', () => {
  const state = () => spec.get(ClaimKeeper).state();
  const claims = async () => (await spec.sql<{ count: number }>('select count(*)::int as count from claim'))[0]?.count;

  it('is tried with a claim of now, which is taken back', async () => {
    await spec.get(ClaimKeeper).keep();
    const before = await claims();
    expect(await state()).toBe('up');
    expect(await claims()).toBe(before);
  });

  it('is down with the reason while claims cannot be stored, as on a full disk, and so is each claim', async () => {
    await spec.sql(`create function pg_temp_full() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`);
    await spec.sql('create trigger full_disk before insert on claim for each row execute function pg_temp_full()');
    const reason = 'no space is left on the disk of postgresql (53100)';
    expect(await state()).toBe(`down: ${reason}`);
    await expect(claim(sign(await spec.application()))).rejects.toThrow(
      `the outcome of a claim is not known: ${reason}`,
    );
    await spec.sql('drop trigger full_disk on claim');
    expect(await state()).toBe('up');
  });
});

describe('the claim looks at the live key', () => {
  it('a disabled application is revoked at once, whatever version the gateway knows', async () => {
    const application = await spec.application();
    expect(await claim(sign(application))).toBe('won');
    await spec.get(SwitchApplication).disable(application, asked());
    expect(await claim(sign(application))).toBe('revoked');
    expect(await claim(sign({ ...application, version: 2 }))).toBe('revoked');
  });

  it('an enabled application is live again, in the new version only, and what it had claimed stays claimed', async () => {
    const application = await spec.application();
    const kept = sign(application);
    expect(await claim(kept)).toBe('won');
    await spec.get(SwitchApplication).disable(application, asked());
    await spec.get(SwitchApplication).enable(application, asked());
    expect(await claim(sign(application))).toBe('changed');
    expect(await claim(sign({ ...application, version: 3 }))).toBe('won');
    expect(await claim({ ...kept, version: 3 })).toBe('replayed');
  });

  it('a deleted application is revoked at once, whatever version the gateway knows', async () => {
    const application = await spec.application();
    await spec.get(DeleteApplication).delete(application, asked());
    for (const version of [1, 2]) expect(await claim(sign({ ...application, version }))).toBe('revoked');
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

  it('an application that is not registered is revoked', async () => {
    expect(await claim(sign({ applicationId: '0'.repeat(32) }))).toBe('revoked');
  });
});

describe('every doubt fails closed', () => {
  it('a store that does not answer is store.unavailable for every claim of the batch', async () => {
    const aside = new SpecService({});
    await aside.open();
    const application = await aside.application();
    await aside.sql('alter table claim rename to gone');
    const answers = await claimTogether([sign(application), sign(application)], aside);
    expect(answers).toMatchObject([{ code: 'store.unavailable' }, { code: 'store.unavailable' }]);
    await aside.close();
  });
});

describe('replays are told to the trail', () => {
  it('summed up by application', async () => {
    const application = await spec.application();
    const signature = sign(application);
    await claimTogether([signature, signature, signature]);
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
