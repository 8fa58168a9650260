import { adoptRealmIn, reservedRealmNames } from '@countersign/contracts';
import { messageBytes } from '@countersign/persistence';
import { describe, expect, it } from '@jest/globals';
import { asked, codeOf, defaultRealmSettings } from '../../../../test/authentication/open-authentication.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { AnnounceRealms } from './announce-realms.js';
import { CreateRealm } from './create-realm.js';
import { FindRealm } from './find-realm.js';
import { ListRealms } from './list-realms.js';

const spec = specService({ poolSize: 10 });

const create = (realm: string, context = asked()) =>
  spec.get(CreateRealm).create({ realm, profile: 'compat', settings: defaultRealmSettings }, context);
const isAdopted = (realm: string) => spec.isAdopted(realm);

describe('making a realm', () => {
  it('takes no reserved name', async () => {
    for (const name of reservedRealmNames) expect(await codeOf(create(name))).toBe('realm.name_reserved');
  });

  it('takes a name once, of many who try at once too, and never gives it again', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => codeOf(create('once'))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'realm.exists')).toHaveLength(9);
    const mayDelete = `select grantee from pg_class, aclexplode(relacl)
      where oid = 'authentication.realm'::regclass and privilege_type = 'DELETE' and grantee <> relowner`;
    expect(await spec.sql(mayDelete)).toEqual([]);
  });

  it('keeps its spelling, and knows it and its name in any case', async () => {
    const { realmId } = await create('SecureAuth2');
    expect(await spec.get(FindRealm).find('secureauth2')).toMatchObject({ realmId, spelledAs: 'SecureAuth2' });
    for (const again of ['secureauth2', 'SECUREAUTH2']) expect(await codeOf(create(again))).toBe('realm.exists');
    expect(await codeOf(create('HealthZ'))).toBe('realm.name_reserved');
  });

  it('tells the trail once', async () => {
    const { realmId } = await create('told');
    const events = await spec.sql(`select type, details, realm from outbox where target ->> 'id' = $1`, [realmId]);
    const details = { realm: 'told', profile: 'compat' };
    expect(events).toEqual([{ type: 'authentication.realm.created', details, realm: 'told' }]);
  });
});

describe('the directory learns of a realm', () => {
  it('before the answer', async () => {
    const realm = await spec.realm();
    expect(spec.directory.adopted.get(realm)).toMatchObject({ realm, profile: 'compat' });
    expect(await isAdopted(realm)).toBe(true);
  });

  it('later when it cannot be asked now: the answer says so, the realm is there, the sweep asks again', async () => {
    spec.directory.fail(adoptRealmIn.directory, 'before', 'bus.deadline');
    await expect(create('late')).rejects.toMatchObject({
      code: 'bus.unavailable',
      detail: expect.stringMatching(/late/),
    });
    expect(await spec.get(FindRealm).find('late')).toMatchObject({ realm: 'late' });
    expect(await isAdopted('late')).toBe(false);
    await spec.get(AnnounceRealms).sweep();
    expect(await isAdopted('late')).toBe(true);
  });

  it('with the next try of the same request, which then answers the realm', async () => {
    const context = asked();
    spec.directory.fail(adoptRealmIn.directory, 'before', 'bus.deadline');
    expect(await codeOf(create('again', context))).toBe('bus.unavailable');
    expect(await create('again', context)).toMatchObject({ realm: 'again' });
    expect(await isAdopted('again')).toBe(true);
  });
});

describe('realms are listed', () => {
  it('by name, in pages', async () => {
    for (const name of ['zz-c', 'zz-a', 'zz-b']) await create(name);
    const first = await spec.get(ListRealms).list({ after: 'zz', limit: 2 });
    expect([first.realms.map(({ realm }) => realm), first.next]).toEqual([['zz-a', 'zz-b'], 'zz-b']);
    const second = await spec.get(ListRealms).list({ after: first.next, limit: 2 });
    expect([second.realms.map(({ realm }) => realm), second.next]).toEqual([['zz-c'], undefined]);
  });

  it('in pages that fit a message, however long their settings are', async () => {
    const settings = { ...defaultRealmSettings, dialects: { spoken: { text: '漢'.repeat(20_000) } } };
    const made = Array.from({ length: 12 }, (_, n) => `zzz-${String(n).padStart(2, '0')}`);
    for (const realm of made) await spec.get(CreateRealm).create({ realm, profile: 'compat', settings }, asked());
    const listed: string[] = [];
    for (let after: string | undefined = 'zzz'; after !== undefined; ) {
      const page = await spec.get(ListRealms).list({ after, limit: 100 });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(messageBytes);
      listed.push(...page.realms.map(({ realm }) => realm));
      after = page.next;
    }
    expect(listed).toEqual(made);
  });
});
