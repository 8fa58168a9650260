import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Users } from '../../../../test/directory/ask-users.js';
import { specDirectory } from '../../../../test/directory/open-directory.js';

const directory = specDirectory();
const users = new Users(directory);

/** The rows as a profile shows them. */
const rowsOf = (id: string, channel: 'email' | 'phone') =>
  directory
    .administer<{ record: object }>(
      `select jsonb_strip_nulls(jsonb_build_object('id', id, 'value', value, 'kind', kind, 'label', label,
         'extension', extension, 'details', details, 'position', position,
         'verifiedAt', to_char(verified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'addedAt', to_char(added_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as record
       from directory.contact where user_uuid = $1 and channel = $2 order by position`,
      [id, channel],
    )
    .then((rows) => rows.map(({ record }) => record));

const text = fc.constantFrom('', 'a', 'b');
const phone = fc.record(
  {
    position: fc.integer({ min: 1, max: 4 }),
    value: fc.constantFrom('', '1', '2', '+3 3'),
    kind: fc.constantFrom('work', 'mobile', 'other'),
    label: text,
    extension: text,
    details: fc.dictionary(fc.constantFrom('x', 'y'), text, { maxKeys: 2 }),
  },
  { requiredKeys: ['position', 'value'] },
);
const email = fc.record(
  {
    position: fc.integer({ min: 1, max: 3 }),
    value: fc.constantFrom('', 'a@example.com', 'B@example.com'),
    label: text,
  },
  { requiredKeys: ['position', 'value'] },
);
const differ = { selector: (change: { position: number }) => change.position };
const change = fc.record({
  emails: fc.uniqueArray(email, { ...differ, maxLength: 3 }),
  phones: fc.uniqueArray(phone, { ...differ, maxLength: 4 }),
});

describe('the rows of contacts', () => {
  it('are what the profile shows, whatever changes came one after another', async () => {
    const { name: realm } = await directory.adopt();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        count += 1;
        const userId = `u${count}`;
        const [first = {}, ...later] = changes as Parameters<Users['update']>[2][];
        const id = await users.create(realm, userId, first);
        for (const next of later) await users.update(realm, userId, next);
        const { emails, phones } = await users.show(realm, userId);
        expect([await rowsOf(id, 'email'), await rowsOf(id, 'phone')]).toEqual([emails, phones]);
      }),
      { numRuns: 40 },
    );
  });

  it('keep id and verification with the value, and are new with another', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane', { phones: [{ position: 1, value: '1' }] });
    const [before] = (await users.show(realm, 'jane')).phones;
    await directory.administer('update directory.contact set verified_at = now() where user_uuid = $1', [id]);
    await users.update(realm, 'jane', { phones: [{ position: 1, value: '1', kind: 'mobile' }] });
    const [same] = (await users.show(realm, 'jane')).phones;
    expect(same).toEqual({ ...before, kind: 'mobile', verifiedAt: expect.any(String) });
    await users.update(realm, 'jane', { phones: [{ position: 1, value: '2' }] });
    const [other] = (await users.show(realm, 'jane')).phones;
    expect([other?.id === before?.id, other?.verifiedAt, other?.kind]).toEqual([false, undefined, 'other']);
    expect((await users.eventsOf(id)).map(({ details }) => details)).toEqual([
      { set: ['phones.1'], cleared: [] },
      { set: ['phones.1'], cleared: [] },
    ]);
  });

  it('of a number that users share are a row for each', async () => {
    const { name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    const ids = [];
    for (const userId of ['jane', 'john'])
      ids.push(await users.create(realm, userId, { phones: [{ position: 1, value: '7' }] }));
    const rows = await Promise.all(ids.map((id) => rowsOf(id, 'phone')));
    expect(rows.flat()).toHaveLength(2);
  });
});
