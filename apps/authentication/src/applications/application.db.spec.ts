import { applicationKey } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import {
  asked,
  codeOf,
  type OpenAuthentication,
  only,
  RotatingKeyRing,
} from '../../../../test/authentication/open-authentication.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { CreateApplication } from './create-application.js';
import { DeleteApplication } from './delete-application.js';
import { ListApplications } from './list-applications.js';
import { RotateApplicationKey } from './rotate-application-key.js';
import { ShowApplication } from './show-application.js';
import { ShowCredential } from './show-credential.js';
import { SwitchApplication } from './switch-application.js';

const spec = specService();

const credentialOf = (applicationId: string, service: Pick<OpenAuthentication, 'get'> = spec) =>
  only(service.get(ShowCredential).show([{ request: { applicationId }, asked: asked() }]));
const rotate = (applicationId: string, overlapSeconds: number, context = asked()) =>
  spec.get(RotateApplicationKey).rotate({ applicationId, overlapSeconds }, context);
const disable = (applicationId: string) => spec.get(SwitchApplication).disable({ applicationId }, asked());
const enable = (applicationId: string) => spec.get(SwitchApplication).enable({ applicationId }, asked());
const remove = (applicationId: string, context = asked()) =>
  spec.get(DeleteApplication).delete({ applicationId }, context);
const typesOf = async (applicationId: string) => (await spec.eventsOf(applicationId)).map(({ type }) => type);

describe('registering an application', () => {
  it('gives out an id and a key of 32 bytes, and one event without the key', async () => {
    const made = await spec.application();
    expect(made.applicationId).toMatch(/^[0-9a-f]{12}7[0-9a-f]{19}$/);
    expect(applicationKey.safeParse(made.applicationKey).success).toBe(true);
    expect(await typesOf(made.applicationId)).toEqual(['authentication.application.created']);
    const everything = await spec.sql<{ text: string }>(`select string_agg(t::text, '') as text from (
         select e::text as t from outbox e union all select k::text from application_key k
         union all select h::text from idempotency_record h) as everything`);
    expect(everything[0]?.text).not.toContain(made.applicationKey);
  });

  it('asked again with the same key shows the same application, with another key another one', async () => {
    const request = { realm: await spec.realm(), name: 'twice', permissions: [] };
    const context = asked();
    const run = (by = context) => spec.get(CreateApplication).create(request, by);
    const [one, two, other] = [await run(), await run(), await run(asked())];
    expect(two).toEqual(one);
    expect(other.applicationId).not.toBe(one.applicationId);
    const renamed = spec.get(CreateApplication).create({ ...request, name: 'other' }, context);
    expect(await codeOf(renamed)).toBe('request.key_reused');
  });

  it('not in a realm that there is not', async () => {
    expect(await codeOf(spec.application('no-such-realm'))).toBe('realm.unknown');
  });
});

describe('what operators see', () => {
  it('never holds a key', async () => {
    const { applicationId, applicationKey: key } = await spec.application();
    const view = await spec.get(ShowApplication).show({ applicationId });
    expect(JSON.stringify(view)).not.toContain(key);
    expect(view.keys).toEqual([{ keyVersion: 1, createdAt: expect.stringMatching(/Z$/) }]);
    expect(await codeOf(spec.get(ShowApplication).show({ applicationId: '0'.repeat(32) }))).toBe('application.unknown');
  });

  it('comes in pages, by realm or of all', async () => {
    const realm = await spec.realm();
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await spec.application(realm)).applicationId);
    const list = (after?: string) => spec.get(ListApplications).list({ realm, limit: 2, ...(after && { after }) });
    const first = await list();
    expect(first.applications.map(({ applicationId }) => applicationId)).toEqual(ids.slice(0, 2));
    const second = await list(first.next);
    expect(second).toMatchObject({ applications: [{ applicationId: ids[2] }] });
    expect(second.next).toBeUndefined();
    expect((await spec.get(ListApplications).list({ limit: 1000 })).applications.length).toBeGreaterThan(3);
    expect(await codeOf(list('x'))).toBe('request.malformed');
  });
});

describe('rotating a key', () => {
  it('keeps both keys live for the overlap, in a new version', async () => {
    const { applicationId, applicationKey: old } = await spec.application();
    const rotated = await rotate(applicationId, 60);
    const credential = await credentialOf(applicationId);
    expect(credential.version).toBe(2);
    expect(credential.keys).toEqual([
      { keyVersion: 2, key: rotated.applicationKey },
      { keyVersion: 1, key: old },
    ]);
    const left = Date.parse(rotated.previousKeyExpiresAt) - Date.now();
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThan(70_000);
    expect(await typesOf(applicationId)).toContain('authentication.application.rotated');
  });

  it('without overlap ends the old key in the same transaction', async () => {
    const { applicationId } = await spec.application();
    const { applicationKey: key } = await rotate(applicationId, 0);
    expect((await credentialOf(applicationId)).keys).toEqual([{ keyVersion: 2, key }]);
  });

  it('never lets an older key live longer than it had', async () => {
    const { applicationId } = await spec.application();
    await rotate(applicationId, 30);
    await rotate(applicationId, 3_600);
    const { keys } = await spec.get(ShowApplication).show({ applicationId });
    expect(keys.map(({ keyVersion }) => keyVersion)).toEqual([3, 2, 1]);
    const [, second, first] = keys.map(({ expiresAt }) => Date.parse(expiresAt ?? ''));
    expect(first).toBeLessThan(second ?? 0);
  });

  it('at once by many: every one has a key of its own, and the last is in force', async () => {
    const { applicationId } = await spec.application();
    const made = await Promise.all(Array.from({ length: 8 }, () => rotate(applicationId, 0)));
    expect(new Set(made.map(({ applicationKey: key }) => key)).size).toBe(8);
    const { keys, version } = await credentialOf(applicationId);
    expect([keys.map(({ keyVersion }) => keyVersion), version]).toEqual([[9], 9]);
  });

  it('asked again with the same key rotates once', async () => {
    const { applicationId } = await spec.application();
    const context = asked();
    expect(await rotate(applicationId, 60, context)).toEqual(await rotate(applicationId, 60, context));
    expect((await credentialOf(applicationId)).version).toBe(2);
  });
});

describe('disabling an application', () => {
  it('refuses it from then on, once, with one event', async () => {
    const { applicationId } = await spec.application();
    expect(await disable(applicationId)).toMatchObject({ isDisabled: true, keys: [] });
    await disable(applicationId);
    expect(await codeOf(credentialOf(applicationId))).toBe('application.disabled');
    expect(await codeOf(rotate(applicationId, 0))).toBe('application.disabled');
    const types = await typesOf(applicationId);
    expect(types.filter((type) => type === 'authentication.application.disabled')).toHaveLength(1);
    expect(await codeOf(disable('0'.repeat(32)))).toBe('application.unknown');
  });
});

describe('enabling an application', () => {
  it('accepts it again with the keys it has, in a new version, once, with one event', async () => {
    const { applicationId, applicationKey: key } = await spec.application();
    await disable(applicationId);
    expect(await enable(applicationId)).toMatchObject({ isDisabled: false, keys: [{ keyVersion: 1 }] });
    await enable(applicationId);
    expect(await credentialOf(applicationId)).toMatchObject({ version: 3, keys: [{ key }] });
    const types = await typesOf(applicationId);
    expect(types.filter((type) => type === 'authentication.application.enabled')).toHaveLength(1);
    expect(await codeOf(enable('0'.repeat(32)))).toBe('application.unknown');
  });
});

describe('deleting an application', () => {
  it('removes it and its keys for good, with one event; asked again with the same key it answers the same', async () => {
    const realm = await spec.realm();
    const { applicationId } = await spec.application(realm);
    const context = asked();
    const deleted = await remove(applicationId, context);
    expect(deleted).toEqual({ applicationId, realm, name: expect.any(String) });
    expect(await remove(applicationId, context)).toEqual(deleted);
    const all = [credentialOf, enable, disable, remove, (id: string) => rotate(id, 0)];
    for (const ask of all) expect(await codeOf(ask(applicationId))).toBe('application.unknown');
    expect((await spec.get(ListApplications).list({ realm, limit: 10 })).applications).toEqual([]);
    expect(await spec.sql('select from application_key where application_id = $1', [applicationId])).toEqual([]);
    const types = await typesOf(applicationId);
    expect(types.filter((type) => type === 'authentication.application.deleted')).toHaveLength(1);
  });

  it('of many at once is done by one', async () => {
    const { applicationId } = await spec.application();
    const codes = await Promise.all(
      Array.from({ length: 6 }, () =>
        remove(applicationId).then(
          () => 'done',
          ({ code }) => code,
        ),
      ),
    );
    expect(codes.sort()).toEqual([...Array.from({ length: 5 }, () => 'application.unknown'), 'done']);
  });
});

describe('what a gateway gets', () => {
  it('in one batch is right for each; an unknown one fails alone', async () => {
    const made = await Promise.all([1, 2, 3].map(() => spec.application()));
    const asks = [...made.map(({ applicationId }) => applicationId), 'f'.repeat(32)].map((id) => credentialOf(id));
    const outcomes = await Promise.allSettled(asks);
    made.forEach(({ applicationId, applicationKey: key }, index) => {
      expect(outcomes[index]).toMatchObject({ value: { applicationId, keys: [{ key }] } });
    });
    expect(outcomes[3]).toMatchObject({ reason: { code: 'application.unknown' } });
  });

  it('a key ring that lacks the key is key_ring.key_unknown', async () => {
    const other = await spec.replica({ keyRing: new RotatingKeyRing() });
    const { applicationId } = await spec.application();
    other.keyRing.rotate();
    spec.keyRing.rotate();
    expect((await credentialOf(applicationId)).keys).toHaveLength(1);
    await spec.sql(`update application_key set sealed_key = set_byte(sealed_key, 3, 122) where application_id = $1`, [
      applicationId,
    ]);
    expect(await codeOf(credentialOf(applicationId, other))).toBe('key_ring.key_unknown');
  });
});

describe('the stolen role of the running service', () => {
  const stolen = (statement: string, applicationId: string) => spec.first.database.query(statement, [applicationId]);

  it.each([
    'update authentication.application set deleted_at = null where application_id = $1',
    'update authentication.application set disabled_at = null where application_id = $1',
    `update authentication.application set disabled_at = now() + interval '1 day' where application_id = $1`,
    'update authentication.application set version = 1 where application_id = $1',
  ])('cannot bring a deleted application back: %s', async (statement) => {
    const { applicationId } = await spec.application();
    await remove(applicationId);
    await expect(stolen(statement, applicationId)).rejects.toMatchObject({ code: '23514' });
  });

  it.each(['null', `expires_at + interval '1 second'`, `'infinity'`])(
    'cannot let a key live longer: %s',
    async (expiresAt) => {
      const { applicationId } = await spec.application();
      await rotate(applicationId, 3_600);
      const prolong = `update application_key set expires_at = ${expiresAt}
        where application_id = $1 and expires_at is not null`;
      await expect(stolen(prolong, applicationId)).rejects.toMatchObject({ code: '23514' });
      const shorten = `update application_key set expires_at = now() where application_id = $1 returning 1`;
      expect(await stolen(shorten, applicationId)).toHaveLength(2);
    },
  );
});
