import { describe, expect, it } from '@jest/globals';
import {
  type ContactChanges,
  type ContactRecord,
  changeContacts,
  contactKeyOf,
  recordsOf,
  shown,
} from './contact.policy.js';

let born = 0;
const change = (before: readonly ContactRecord[], changes: Partial<ContactChanges>) =>
  changeContacts(before, { emails: [], phones: [], ...changes }, () => ({ id: `id ${++born}`, addedAt: `at ${born}` }));
const phone = (position: number, value: string, part: object = {}) => ({ position, value, ...part });

const first = change([], {
  emails: [phone(1, 'a@example.com')],
  phones: [phone(3, '333', { kind: 'mobile', label: 'own', extension: '7', details: { platform: 'x' } })],
}).after;
const verified = first.map((record) => ({ ...record, verifiedAt: '2026-01-01T00:00:00.000Z' }));

describe('contacts of a user', () => {
  it('begin as `other` unless told, and have an id each', () => {
    const { emails, phones } = shown(first);
    expect(emails).toEqual([{ id: 'id 1', value: 'a@example.com', kind: 'other', position: 1, addedAt: 'at 1' }]);
    expect(phones[0]).toMatchObject({ id: 'id 2', kind: 'mobile', label: 'own', extension: '7' });
  });

  it('with the same value are the same record, id and verification included', () => {
    const { after, set, cleared } = change(verified, {
      emails: [phone(1, 'a@example.com')],
      phones: [phone(3, '333')],
    });
    expect([after, set, cleared]).toEqual([verified, [], []]);
    expect(after.every((record, index) => record === verified[index])).toBe(true);
  });

  it('with another value are new ones that are not verified', () => {
    const { after, set } = change(verified, { emails: [phone(1, 'A@example.com')], phones: [phone(3, '334')] });
    expect(set).toEqual(['emails.1', 'phones.3']);
    for (const [index, record] of after.entries()) {
      expect(record.id).not.toBe(verified[index]?.id);
      expect(record).toMatchObject({ kind: 'other' });
      expect([record.verifiedAt, record.label, record.extension, record.details]).toEqual(
        [1, 2, 3, 4].map(() => undefined),
      );
    }
  });

  it.each([
    ['kind', 'work'],
    ['label', 'desk'],
    ['extension', '8'],
    ['details', { platform: 'y' }],
  ])('change their %s in place', (name, value) => {
    const { after, set } = change(verified, { phones: [phone(3, '333', { [name]: value })] });
    expect(set).toEqual(['phones.3']);
    expect(after[1]).toEqual({ ...verified[1], [name]: value });
  });

  it('lose a label by an empty one, and go by an empty value', () => {
    const without = change(verified, { phones: [phone(3, '333', { label: '', extension: '', details: {} })] });
    expect(shown(without.after).phones).toEqual([
      expect.not.objectContaining({
        label: expect.anything(),
        extension: expect.anything(),
        details: expect.anything(),
      }),
    ]);
    const gone = change(verified, { emails: [phone(1, ''), phone(2, '')], phones: [phone(3, '')] });
    expect([gone.after, gone.set, gone.cleared]).toEqual([[], [], ['emails.1', 'phones.3']]);
  });

  it('are shown by position, and read back as they were', () => {
    const { after } = change(first, { phones: [phone(1, '111'), phone(2, '222')] });
    expect(shown(after).phones.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(shown(recordsOf(shown(after)))).toEqual(shown(after));
  });
});

describe('the key of a contact', () => {
  it('is the folded address; a phone has none', () => {
    expect(contactKeyOf({ channel: 'email', value: 'STRASSE@Example.com' })).toBe('strasse@example.com');
    expect(contactKeyOf({ channel: 'phone', value: '+1 (202) 555-01.43' })).toBeNull();
  });
});
