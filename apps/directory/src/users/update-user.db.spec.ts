import type { UserChangesInput, UserState } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';

const directory = specDirectory();
const users = new Users(directory);

async function jane(profile: 'compat' | 'strict' = 'compat'): Promise<{ id: string; realm: string }> {
  const { name: realm } = await directory.adopt(profile);
  const id = await users.create(realm, 'jane', {
    name: { given: 'Jane' },
    phones: [{ position: 1, value: '123' }],
    pin: '4711',
    questions: { 1: { question: 'Pet?', answer: 'Rex' } },
  });
  return { id, realm };
}
const update = (realm: string, changes: UserChangesInput, userId = 'jane') => users.update(realm, userId, changes);
const show = (realm: string) => users.profile(realm, 'jane');
const eventsOf = (id: string) => users.eventsOf(id);
const rowOf = (id: string) => users.rowOf(id);

describe('an update', () => {
  it('sets what is given, clears what is empty, leaves the rest, and tells the fields', async () => {
    const { id, realm } = await jane();
    const questions = { 1: { question: 'Pet?', answer: 'Tom' }, help_desk: { question: 'City?', answer: 'Rom' } };
    const changes = {
      displayName: 'Joan of Arc',
      name: { given: 'Joan', family: 'Doe' },
      phones: [
        { position: 1, value: '' },
        { position: 4, value: '' },
      ],
      locale: 'fr-FR',
      timezone: 'Europe/Paris',
      externalId: '17',
      notes: 'two\nlines',
      attributes: { custom2: 'x' },
      questions,
    };
    expect(await update(realm, changes, 'JANE')).toEqual({ id });
    expect(await show(realm)).toMatchObject({ ...changes, phones: [], pin: '4711' });
    expect(await eventsOf(id)).toEqual([
      {
        type: 'directory.user.updated',
        details: {
          set: [
            'attributes.custom2',
            'displayName',
            'externalId',
            'locale',
            'name.family',
            'name.given',
            'notes',
            'questions.1',
            'questions.help_desk',
            'timezone',
          ],
          cleared: ['phones.1'],
        },
      },
    ]);
    const nothing = { displayName: '', name: { given: '', family: '' }, locale: '', timezone: '', externalId: '' };
    await update(realm, { ...nothing, notes: '', attributes: { custom2: '' } });
    const { displayName, name, locale, timezone, externalId, notes, attributes } = await show(realm);
    expect([displayName, name, locale, timezone, externalId, notes, attributes]).toEqual([
      undefined,
      {},
      ...[1, 2, 3, 4].map(() => undefined),
      {},
    ]);
  });

  it('with an empty PIN takes it away, and an empty question takes question and answer away', async () => {
    const { id, realm } = await jane();
    await update(realm, { pin: '', questions: { 1: { question: '', answer: '' } } });
    const shown = await show(realm);
    expect([shown.pin, shown.questions]).toEqual([undefined, {}]);
    expect(await rowOf(id)).toMatchObject({ sealed_secrets: null, sealing_key_id: null });
    expect(await eventsOf(id)).toMatchObject([{ details: { set: [], cleared: ['pin', 'questions.1'] } }]);
  });

  it('with half of a question leaves the other half, and loses nothing that stands beside it', async () => {
    const { realm } = await jane();
    await update(realm, { notes: 'kept', questions: { 1: { answer: 'Tom' }, 2: { answer: 'alone' }, 3: {} } });
    await update(realm, { questions: { help_desk: { question: 'City?' } } });
    const { notes, questions } = await show(realm);
    expect(notes).toBe('kept');
    expect(questions).toEqual({
      1: { question: 'Pet?', answer: 'Tom' },
      2: { question: '', answer: 'alone' },
      help_desk: { question: 'City?' },
    });
    await update(realm, { questions: { 1: { question: 'Dog?' }, 2: { question: 'Who?' } } });
    expect((await show(realm)).questions).toMatchObject({
      1: { question: 'Dog?', answer: 'Tom' },
      2: { question: 'Who?', answer: 'alone' },
    });
    await update(realm, { questions: { 1: { answer: '' }, 2: { question: '', answer: '' } } });
    expect((await show(realm)).questions).toEqual({ 1: { question: 'Dog?' }, help_desk: { question: 'City?' } });
  });

  it('that changes nothing succeeds, touches no row and is no event', async () => {
    const { id, realm } = await jane();
    const before = await rowOf(id);
    for (const changes of [
      {},
      { name: { given: 'Jane', family: '' }, pin: '4711' },
      { phones: [{ position: 1, value: '123' }] },
      { phones: [{ position: 2, value: '' }] },
      { questions: { 1: { question: 'Pet?', answer: 'Rex' } } },
    ]) {
      expect(await update(realm, changes)).toEqual({ id });
    }
    expect(await rowOf(id)).toEqual(before);
    expect(await eventsOf(id)).toEqual([]);
  });

  it.each([
    ['user.email_invalid', 'emails.2', { notes: 'X', emails: [{ position: 2, value: 'x' }] }],
    ['user.property_invalid', 'attributes.shoeSize', { notes: 'X', attributes: { shoeSize: 'secret' } }],
    ['user.property_invalid', 'pin', { notes: 'X', pin: 'secret'.repeat(200) }],
  ])('that is refused with %s (%s) applies nothing, and tells no value', async (code, field, changes) => {
    const { id, realm } = await jane();
    const before = await rowOf(id);
    const detail = expect.stringMatching(new RegExp(`^${field}: (?!.*secret)`));
    await expect(update(realm, changes as UserChangesInput)).rejects.toMatchObject({ code, detail });
    expect(await rowOf(id)).toEqual(before);
    expect(await eventsOf(id)).toEqual([]);
  });

  it('in a strict realm keeps a new PIN as a new hash, and an empty one clears', async () => {
    const { id, realm } = await jane('strict');
    await update(realm, { pin: '4711' });
    expect(await eventsOf(id)).toMatchObject([{ details: { set: ['pin'], cleared: [] } }]);
    await update(realm, { pin: '', questions: { 1: { question: '', answer: '' } } });
    expect(await rowOf(id)).toMatchObject({ sealed_secrets: null });
  });

  it('of an unknown user, or of one of another realm, is refused', async () => {
    const [{ realm }, other] = [await jane(), await directory.adopt()];
    await expect(update(other.name, { notes: 'X' })).rejects.toMatchObject({
      code: 'user.unknown',
    });
    await expect(update(realm, {}, 'nobody')).rejects.toMatchObject({ code: 'user.unknown' });
    await expect(update('no-such-realm', {})).rejects.toMatchObject({ code: 'realm.unknown' });
  });

  it('changes the user of its realm only, where another realm has the same user id', async () => {
    const [one, other] = [await jane(), await jane()];
    const before = await rowOf(other.id);
    await update(one.realm, { notes: 'X', pin: '1', phones: [{ position: 1, value: '7' }] });
    await users.mark(one.realm, 'jane', 'locked');
    expect(await rowOf(other.id)).toEqual(before);
  });

  it('is not lost to another one of the same moment', async () => {
    const { id, realm } = await jane();
    const keys = Array.from({ length: 10 }, (_, index) => `custom${index + 1}`);
    await Promise.all([
      ...keys.map((key) => update(realm, { attributes: { [key]: key } })),
      ...keys.map((_, index) => update(realm, { phones: [{ position: index + 2, value: `${index}` }] })),
      update(realm, { pin: '1' }),
      update(realm, { questions: { 2: { question: 'q', answer: 'a' } } }),
    ]);
    const shown = await show(realm);
    for (const key of keys) expect(shown.attributes[key]).toBe(key);
    expect(shown.phones.map(({ value }) => value)).toEqual(['123', ...keys.map((_, index) => `${index}`)]);
    expect([shown.pin, shown.questions[2]?.answer]).toEqual(['1', 'a']);
    expect(await eventsOf(id)).toHaveLength(22);
  });

  it('asked twice under one key is made once', async () => {
    const { id, realm } = await jane();
    const context = asked();
    const joan = () => users.update(realm, 'jane', { name: { given: 'Joan' } }, context);
    await Promise.all([joan(), joan(), joan()]);
    await update(realm, { name: { given: 'Jill' } });
    await joan();
    expect((await show(realm)).name.given).toBe('Jill');
    expect(await eventsOf(id)).toHaveLength(2);
  });
});

describe('the state of a user', () => {
  it('is set with an event; the state that a user has already is none', async () => {
    const { id, realm } = await jane();
    const mark = () => users.mark(realm, 'JANE', 'locked');
    expect(await mark()).toEqual({ id, isMarked: true });
    expect(await mark()).toEqual({ id, isMarked: true });
    expect((await show(realm)).state).toBe('locked');
    expect(await eventsOf(id)).toEqual([{ type: 'directory.user.marked', details: { state: 'locked' } }]);
  });

  it('is left alone where it is none of those that the asker goes by', async () => {
    const { id, realm } = await jane();
    const mark = (state: UserState, from?: UserState[]) => users.mark(realm, 'jane', state, { ...(from && { from }) });
    await mark('disabled');
    expect(await mark('active', ['password_expired'])).toEqual({ id, isMarked: false });
    expect(await mark('disabled', ['active'])).toEqual({ id, isMarked: true });
    expect((await show(realm)).state).toBe('disabled');
    expect(await mark('locked', ['active', 'disabled'])).toEqual({ id, isMarked: true });
    expect((await eventsOf(id)).map(({ details }) => details)).toEqual([{ state: 'disabled' }, { state: 'locked' }]);
  });

  it('set by an operator stands against a mark at the same moment that rests on an earlier state', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { realm } = await jane();
      const mark = (state: UserState, from?: UserState[]) =>
        users.mark(realm, 'jane', state, { ...(from && { from }) });
      const lock = () => mark('locked', ['active', 'password_expired']);
      await Promise.all([lock(), lock(), mark('disabled'), lock(), lock()]);
      expect((await show(realm)).state).toBe('disabled');
    }
  });
});
