import { adoptRealmIn, createRealm, setRealm } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { asked, codeOf, only } from '../../../../test/authentication/open-authentication.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { ShowCredential } from '../applications/show-credential.js';
import { AnnounceRealms } from '../realms/announce-realms.js';
import { FindRealm } from '../realms/find-realm.js';
import { SetRealm } from './set-realm.js';

const spec = specService({ poolSize: 12 });
const set = (realm: string, settings: Record<string, unknown>, context = asked()) =>
  spec.get(SetRealm).set({ realm, settings }, context);
const settingsOf = async (realm: string) => (await spec.get(FindRealm).find(realm)).settings;
const credentialOf = (applicationId: string) =>
  only(spec.get(ShowCredential).show([{ request: { applicationId }, asked: asked() }]));
const changesOf = async (realm: string) => {
  const { realmId } = await spec.get(FindRealm).find(realm);
  const events = await spec.eventsOf(realmId);
  return events.filter(({ type }) => type === 'authentication.realm.changed').map(({ details }) => details);
};
const isAdopted = (realm: string) => spec.isAdopted(realm);

const wire = (text: string) => ({ dialects: { wire: { text } } });

describe('changing settings of a realm', () => {
  it('changes those and no others, and tells their names once', async () => {
    const realm = await spec.realm();
    const before = await settingsOf(realm);
    const { settings } = await set(realm, { uniqueEmail: true, requiredGroups: ['Staff'] });
    expect(settings).toEqual({ ...before, uniqueEmail: true, requiredGroups: ['Staff'] });
    expect(await settingsOf(realm)).toEqual(settings);
    expect(await changesOf(realm)).toEqual([{ realm, settings: ['requiredGroups', 'uniqueEmail'] }]);
  });

  it('to more than a message and every gateway can hold is refused, also when each change alone is short', async () => {
    const realm = await spec.realm();
    const attributes = (stem: string) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${stem}${n}`, { displayName: '漢'.repeat(200) }]));
    await set(realm, { attributes: attributes('a') });
    const before = await settingsOf(realm);
    expect(await codeOf(set(realm, { attributes: attributes('b') }))).toBe('request.malformed');
    expect(await settingsOf(realm)).toEqual(before);
    const settings = { attributes: { ...attributes('a'), ...attributes('b') } };
    expect(createRealm.request.safeParse({ realm: 'r', settings }).success).toBe(false);
    expect(createRealm.request.safeParse({ realm: 'r', settings: { attributes: attributes('a') } }).success).toBe(true);
  });

  it('to null puts one back to its default', async () => {
    const realm = await spec.realm();
    const before = await settingsOf(realm);
    await set(realm, { dialects: { wire: { a: 1 } }, uniqueEmail: true });
    await set(realm, { dialects: null, uniqueEmail: null });
    expect(await settingsOf(realm)).toEqual(before);
    expect(await changesOf(realm)).toHaveLength(2);
  });

  it('that are objects changes those of their keys that are named; null takes one back', async () => {
    const realm = await spec.realm();
    await set(realm, { dialects: { wire: { texts: { reset: 'no', change: 'never' } } } });
    await set(realm, { attributes: { badge: { displayName: 'Badge' }, desk: {} } });
    await set(realm, {
      dialects: { wire: { texts: { policy: 'longer', change: null } } },
      attributes: { badge: null, floor: { type: 'number' } },
    });
    const { dialects, attributes } = await settingsOf(realm);
    expect(dialects).toEqual({ wire: { texts: { reset: 'no', policy: 'longer' } } });
    expect(attributes).toEqual({ desk: {}, floor: { type: 'number' } });
    await set(realm, { dialects: null });
    expect((await settingsOf(realm)).dialects).toEqual({});
  });

  it('loses nothing that a newer program has set, here nor in the directory', async () => {
    const realm = await spec.realm();
    await spec.sql(`update realm set settings = settings || '{"newSetting": 1}' where name = $1`, [realm]);
    await set(realm, { uniqueEmail: true });
    const kept = { newSetting: 1, uniqueEmail: true };
    const [row] = await spec.sql<{ settings: unknown }>('select settings from realm where name = $1', [realm]);
    expect([row?.settings, spec.directory.adopted.get(realm)?.settings]).toMatchObject([kept, kept]);
    expect(setRealm.reply.shape.settings.parse(row?.settings)).not.toHaveProperty('newSetting');
  });

  it('to what they are tells nothing and makes no copy an old one', async () => {
    const realm = await spec.realm();
    const { applicationId } = await spec.application(realm);
    await set(realm, { dialects: { wire: { a: '1', b: '2' } } });
    const same = { dialects: { wire: { b: '2', a: '1' } }, uniqueEmail: false };
    expect((await set(realm, same)).settingsVersion).toBe(2);
    expect((await set(realm, {})).settingsVersion).toBe(2);
    expect(await changesOf(realm)).toHaveLength(1);
    expect((await credentialOf(applicationId)).version).toBe(2);
  });

  it.each([
    [{ uniqueEmail: 'yes' }, 'uniqueEmail: '],
    [{ requiredGroups: ['a', 7] }, 'requiredGroups.1: '],
    [{ readOnlyFields: ['shoeSize'] }, 'is no field of a user'],
    [{ attributes: { badge: { type: 'colour' } } }, 'attributes.badge.type: '],
    [{ attributes: { 'no name': {} } }, 'attributes.no name: '],
    [{ dialects: { wire: 'no' } }, 'dialects.wire: '],
    [{ dialects: { Wire: {} } }, 'dialects.Wire: '],
    [{ dialects: { wire: { long: 'x'.repeat(33_000) } } }, 'is longer than'],
    [{ uniqueEmail: { a: null } }, 'uniqueEmail: '],
    [{ requiredGroups: { a: null } }, 'requiredGroups: '],
    [{ noSuchSetting: true }, 'unknown'],
    [{ constructor: true }, 'unknown'],
  ])('to what does not fit, %j, changes nothing and says why', async (settings, detail) => {
    const realm = await spec.realm();
    const before = await settingsOf(realm);
    const attempt = set(realm, { dialects: { other: {} }, ...settings });
    await expect(attempt).rejects.toMatchObject({ code: 'request.malformed', detail: expect.stringContaining(detail) });
    expect([await settingsOf(realm), await changesOf(realm)]).toEqual([before, []]);
  });

  it('with an unknown name is refused on arrival too', () => {
    expect(setRealm.request.safeParse({ realm: 'x', settings: { noSuchSetting: 1 } }).success).toBe(false);
  });

  it('of a realm that there is not is realm.unknown', async () => {
    expect(await codeOf(set('no-such-realm', { uniqueEmail: true }))).toBe('realm.unknown');
  });

  it('asked again with the same key answers what it answered and changes nothing', async () => {
    const realm = await spec.realm();
    const context = asked();
    const first = await set(realm, wire('a'), context);
    await set(realm, wire('b'));
    expect(await set(realm, wire('a'), context)).toEqual(first);
    expect(await settingsOf(realm)).toMatchObject(wire('b'));
    expect(spec.directory.adopted.get(realm)).toMatchObject({
      settingsVersion: 3,
      settings: wire('b'),
    });
    expect(await codeOf(set(realm, wire('c'), context))).toBe('request.key_reused');
  });

  it('by many at once keeps what each has changed, in one event each', async () => {
    const realm = await spec.realm();
    const { applicationId } = await spec.application(realm);
    const changes = [
      { uniqueEmail: true },
      wire('a'),
      { requiredGroups: ['staff'] },
      { readOnlyFields: ['pin'] },
      { attributes: { badge: {} } },
    ];
    await Promise.all(changes.map((change) => set(realm, change)));
    expect(await settingsOf(realm)).toMatchObject(Object.assign({}, ...changes));
    expect((await changesOf(realm)).flatMap(({ settings }) => settings).sort()).toEqual(
      changes.flatMap((change) => Object.keys(change)).sort(),
    );
    expect((await credentialOf(applicationId)).version).toBe(1 + changes.length);
    expect(spec.directory.adopted.get(realm)).toMatchObject({ settings: await settingsOf(realm), settingsVersion: 6 });
    expect(await isAdopted(realm)).toBe(true);
  });
});

describe('gateways learn of it', () => {
  it('every application of the realm has a new version and the new settings; no other has', async () => {
    const realm = await spec.realm();
    const [one, two] = [await spec.application(realm), await spec.application(realm)];
    const other = await spec.application();
    await set(realm, { uniqueEmail: true });
    for (const { applicationId } of [one, two]) {
      expect(await credentialOf(applicationId)).toMatchObject({ version: 2, settings: { uniqueEmail: true } });
    }
    expect(await credentialOf(other.applicationId)).toMatchObject({ version: 1, settings: { uniqueEmail: false } });
  });

  it('an application that is registered while the change is under way waits for it', async () => {
    const realm = await spec.realm();
    const waiting = async () =>
      (await spec.sql(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%for share%'`))
        .length;
    let registered: ReturnType<typeof spec.application> | undefined;
    await spec.first.database.withConnection(async (client) => {
      await client.query('begin');
      await client.query('select 1 from realm where name = $1 for no key update', [realm]);
      registered = spec.application(realm);
      await eventually(async () => expect(await waiting()).toBe(1));
      await client.query('commit');
    });
    expect(await codeOf(Promise.resolve(registered))).toBe('done');
  });
});

describe('the directory learns of it', () => {
  it('before the answer', async () => {
    const realm = await spec.realm();
    const { settings } = await set(realm, { attributes: { badge: { displayName: 'Badge' } } });
    expect(spec.directory.adopted.get(realm)).toMatchObject({ settings, settingsVersion: 2 });
    expect(await isAdopted(realm)).toBe(true);
  });

  it.each(['before', 'after'] as const)(
    'later when the answer is lost %s it worked: the change stands, the answer says so, the sweep asks again',
    async (step) => {
      const realm = await spec.realm();
      spec.directory.fail(adoptRealmIn.directory, step);
      expect(await codeOf(set(realm, { uniqueEmail: true }))).toBe('bus.unavailable');
      expect([(await settingsOf(realm)).uniqueEmail, await isAdopted(realm)]).toEqual([true, false]);
      await spec.get(AnnounceRealms).sweep();
      expect(spec.directory.adopted.get(realm)).toMatchObject({ settings: { uniqueEmail: true }, settingsVersion: 2 });
      expect(await isAdopted(realm)).toBe(true);
    },
  );

  it('also by asking again for what is so already', async () => {
    const realm = await spec.realm();
    spec.directory.fail(adoptRealmIn.directory, 'before');
    expect(await codeOf(set(realm, { uniqueEmail: true }))).toBe('bus.unavailable');
    expect(await codeOf(set(realm, { uniqueEmail: true }))).toBe('done');
    expect(spec.directory.adopted.get(realm)).toMatchObject({ settingsVersion: 2 });
  });

  it('of the last change, when a newer one overtakes: what the older one tells does not count as the newest', async () => {
    const realm = await spec.realm();
    spec.directory.meanwhile(adoptRealmIn.directory, async () => {
      spec.directory.fail(adoptRealmIn.directory, 'before');
      expect(await codeOf(set(realm, wire('a')))).toBe('bus.unavailable');
    });
    expect(await codeOf(set(realm, { uniqueEmail: true }))).toBe('done');
    expect(spec.directory.adopted.get(realm)).toMatchObject({ settingsVersion: 2 });
    expect(await isAdopted(realm)).toBe(false);
    await spec.get(AnnounceRealms).sweep();
    expect(spec.directory.adopted.get(realm)).toMatchObject({
      settings: { ...wire('a'), uniqueEmail: true },
    });
    expect(await isAdopted(realm)).toBe(true);
  });
});
