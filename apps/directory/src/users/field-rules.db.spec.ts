import { randomUUID } from 'node:crypto';
import { type Actor, importUserRecords, type UserChangesInput } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';

const directory = specDirectory();
const users = new Users(directory);

const application: Actor = { kind: 'application', id: 'a' };
const operator: Actor = { kind: 'operator', id: 'o' };
const readOnlyFields = ['emails.1', 'pin', 'name.family'];
const readOnly = { code: 'user.property_read_only' };

const create = (realm: string, changes: UserChangesInput, actor: Actor) =>
  users.create(realm, 'jane', changes, { context: asked({ actor }) });
const update = (realm: string, changes: Parameters<Users['update']>[2], actor: Actor) =>
  users.update(realm, 'jane', changes, asked({ actor }));
const show = (realm: string) => users.profile(realm, 'jane');
const mail = (value: string) => ({ emails: [{ position: 1, value }] });

async function jane(profile: 'compat' | 'strict' = 'compat'): Promise<string> {
  const { name } = await directory.adopt(profile, { readOnlyFields });
  await create(name, { name: { given: 'Jane' }, ...mail('jane@example.com') }, operator);
  return name;
}

describe('a field that applications may only read', () => {
  it.each([application, { kind: 'user', id: 'u' }, { kind: 'service', id: 's' }] as const)(
    'is not changed, cleared or set by %j, and nothing beside it is',
    async (actor) => {
      const realm = await jane();
      for (const change of [
        mail('x@example.com'),
        mail(''),
        { emails: [{ position: 1, value: 'jane@example.com', kind: 'work' as const }] },
        { pin: '1' },
        { name: { family: 'Doe' } },
      ]) {
        await expect(update(realm, { notes: 'x', ...change }, actor)).rejects.toMatchObject(readOnly);
      }
      const { emails, name, notes } = await show(realm);
      expect([emails[0]?.value, name, notes]).toEqual(['jane@example.com', { given: 'Jane' }, undefined]);
    },
  );

  it('is no obstacle to sending back what is there, or to clearing what is empty', async () => {
    const realm = await jane();
    await update(realm, { name: { given: 'Joan', family: '' }, ...mail('jane@example.com'), pin: '' }, application);
    expect((await show(realm)).name.given).toBe('Joan');
  });

  it('of which a value cannot be compared counts as changed by whatever is given', async () => {
    const realm = await jane('strict');
    await update(realm, { pin: '4711' }, operator);
    await expect(update(realm, { pin: '4711' }, application)).rejects.toMatchObject(readOnly);
  });

  it('is not given at a creation by an application', async () => {
    const { id, name } = await directory.adopt('compat', { readOnlyFields });
    await expect(create(name, mail('jane@example.com'), application)).rejects.toMatchObject(readOnly);
    expect(await directory.administer('select 1 from directory.user where realm_id = $1', [id])).toEqual([]);
    await create(name, { name: { given: 'Jane' }, pin: '' }, application);
  });

  it('is written by operators', async () => {
    const realm = await jane();
    await update(realm, { ...mail('joan@example.com'), pin: '1' }, operator);
    expect((await show(realm)).emails[0]?.value).toBe('joan@example.com');
  });

  it('is one by the settings of its own realm', async () => {
    await jane();
    const { name } = await directory.adopt();
    await create(name, mail('jane@example.com'), application);
    await update(name, mail('joan@example.com'), application);
    expect((await show(name)).emails[0]?.value).toBe('joan@example.com');
  });

  it('are the aliases, always', async () => {
    const realm = await jane();
    await expect(update(realm, { aliases: ['joan'] }, application)).rejects.toMatchObject(readOnly);
    await update(realm, { aliases: ['joan'] }, operator);
    await update(realm, { aliases: ['joan'], notes: 'x' }, application);
  });
});

describe('attributes', () => {
  const attributes = {
    department: { maxLength: 5 },
    badge: { type: 'number', writableBy: 'operators' },
    risk: { readableBy: 'operators' },
    custom1: { type: 'date' },
  } as const;

  it('are those of every realm and those that the realm declares, within their bounds', async () => {
    const { name: realm } = await directory.adopt('compat', { attributes });
    await create(realm, {}, operator);
    for (const [name, value, rule] of [
      ['department', 'Sales!', 'is longer than 5'],
      ['badge', 'seven', 'is no number'],
      ['custom1', 'x', 'is no date'],
      ['custom11', 'x', 'the realm has no such attribute'],
      ['constructor', 'x', 'the realm has no such attribute'],
    ] as const) {
      const refused = { code: 'user.property_invalid', detail: `attributes.${name}: ${rule}` };
      await expect(update(realm, { attributes: { [name]: value } }, operator)).rejects.toMatchObject(refused);
    }
    const fitting = { department: 'Sales', badge: '7', custom1: '2026-02-28', custom2: 'x', extended999: 'y' };
    await update(realm, { attributes: fitting }, operator);
    expect((await show(realm)).attributes).toEqual(fitting);
  });

  it('that only operators write, or read, are so for applications', async () => {
    const { name: realm } = await directory.adopt('compat', { attributes });
    await create(realm, { attributes: { badge: '7', risk: 'high', extended1: '17' } }, operator);
    for (const name of ['badge', 'extended1', 'extended2'])
      await expect(update(realm, { attributes: { [name]: '8' } }, application)).rejects.toMatchObject({
        ...readOnly,
        detail: `attributes.${name}: may only be read`,
      });
    await update(realm, { attributes: { badge: '7', extended1: '17', extended2: '', custom2: 'x' } }, application);
    expect((await show(realm)).attributes).toEqual({ badge: '7', extended1: '17', custom2: 'x' });
    expect((await users.show(realm, 'jane')).attributes).toMatchObject({ risk: 'high' });
  });

  it('change where they are given, go where they are empty, and are told by name', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, {}, operator);
    const extend = (given: Record<string, string>) => update(realm, { attributes: given }, operator);
    await extend({ extended1: '17', extended2: 'x', extended3: 'Ω' });
    await extend({ extended1: '18', extended3: '', extended4: '' });
    await extend({ extended1: '18', extended9: '' });
    expect((await show(realm)).attributes).toEqual({ extended1: '18', extended2: 'x' });
    expect((await users.eventsOf(id)).map(({ details }) => details)).toEqual([
      { set: ['attributes.extended1', 'attributes.extended2', 'attributes.extended3'], cleared: [] },
      { set: ['attributes.extended1'], cleared: ['attributes.extended3'] },
    ]);
  });

  it('that the realm has given up are for operators to clear or leave alone, not to change', async () => {
    const realm = await directory.adopt('compat', { attributes });
    await create(realm.name, { attributes: { department: 'Sales', risk: 'low' } }, operator);
    await directory.administer(`update directory.realm set field_rules = null where id = $1`, [realm.id]);
    const refused = { code: 'user.property_invalid', detail: 'attributes.department: the realm has no such attribute' };
    for (const value of ['Sales', 'HR', ''])
      await expect(update(realm.name, { attributes: { department: value } }, application)).rejects.toMatchObject(
        refused,
      );
    await expect(update(realm.name, { attributes: { department: 'HR' } }, operator)).rejects.toMatchObject(refused);
    await update(realm.name, { attributes: { department: 'Sales' }, notes: 'x' }, operator);
    await update(realm.name, { attributes: { department: '' } }, operator);
    expect((await users.show(realm.name, 'jane')).attributes).toEqual({ risk: 'low' });
    expect((await show(realm.name)).attributes).toEqual({});
  });

  it('and questions of a user have an end, however many updates bring them', async () => {
    const { name: realm } = await directory.adopt();
    await create(realm, {}, operator);
    const some = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`extended${from + index}`, 'x']));
    await update(realm, { attributes: some(1, 200) }, operator);
    const refused = { code: 'user.property_invalid' };
    await expect(update(realm, { attributes: some(201, 1) }, operator)).rejects.toMatchObject(refused);
    await update(realm, { attributes: { extended1: '', ...some(201, 1) } }, operator);
    expect(Object.keys((await show(realm)).attributes)).toHaveLength(200);
    const asked = (from: number, count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${from + index}`, { question: 'q', answer: 'a' }]),
      );
    await update(realm, { questions: asked(1, 20) }, operator);
    await expect(update(realm, { questions: asked(21, 1) }, operator)).rejects.toMatchObject(refused);
  });
});

describe('what an application may neither read nor write cannot be guessed', () => {
  const hidden = { risk: { readableBy: 'operators', writableBy: 'operators' } } as const;
  const given = ['high', 'low', ''];

  it.each([
    ['by its definition', { attributes: hidden }],
    [
      'by the fields that are only read',
      { attributes: { risk: { readableBy: 'operators' } }, readOnlyFields: ['attributes.risk'] },
    ],
  ] as const)('%s: the stored value, another one and the empty one are answered alike', async (_, settings) => {
    const { name: realm } = await directory.adopt('compat', settings as never);
    await create(realm, { attributes: { risk: 'high' } }, operator);
    const empty = await directory.adopt('compat', settings as never);
    await create(empty.name, {}, operator);
    for (const risk of given)
      for (const name of [realm, empty.name])
        await expect(update(name, { notes: 'x', attributes: { risk } }, application)).rejects.toMatchObject({
          ...readOnly,
          detail: 'attributes.risk: may be neither read nor written',
        });
    expect(await users.show(realm, 'jane')).toMatchObject({ attributes: { risk: 'high' }, notes: undefined });
    await update(realm, { attributes: { risk: 'low' } }, operator);
  });

  it('in a PIN of a strict realm, nor whether there is one', async () => {
    const { name: realm } = await directory.adopt('strict', { readOnlyFields });
    await create(realm, {}, operator);
    for (const stored of ['', '4711']) {
      await update(realm, { pin: stored }, operator);
      for (const pin of ['4711', '4712', ''])
        await expect(update(realm, { pin }, application)).rejects.toMatchObject(readOnly);
    }
  });

  it('at a creation', async () => {
    const { name: realm } = await directory.adopt('compat', { attributes: hidden });
    for (const risk of given)
      await expect(create(realm, { attributes: { risk } }, application)).rejects.toMatchObject(readOnly);
  });

  it('by an import of a user who is there', async () => {
    const { name: realm } = await directory.adopt('compat', { attributes: hidden });
    await create(realm, { attributes: { risk: 'high' } }, operator);
    const bring = async (risk: string, actor: Actor) => {
      const users = [{ id: randomUUID(), userId: 'jane', attributes: { risk } }];
      const request = importUserRecords.request.parse({ realm, users });
      return (await directory.get(ImportUserRecords).import(request, asked({ actor }))).outcomes[0];
    };
    for (const risk of given)
      expect(await bring(risk, application)).toMatchObject({ outcome: 'refused', problem: readOnly.code });
    expect(await bring('high', operator)).toMatchObject({ outcome: 'same' });
  });
});
