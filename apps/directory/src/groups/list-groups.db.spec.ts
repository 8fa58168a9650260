import { foldName } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codeOf, Groups } from '../../../../test/directory/ask-groups.js';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { writeCursor } from '../paging/page-cursor.js';
import { ListGroups } from './list-groups.js';
import { ListMembers } from './list-members.js';

const directory = specDirectory();
const groups = new Groups(directory);

async function realmWith(...names: string[]): Promise<string> {
  const { name: realm } = await directory.adopt();
  for (const name of names) await groups.create(realm, name);
  return realm;
}
const list = (realm: string, part: { prefix?: string; after?: string; limit?: number } = {}) =>
  directory.get(ListGroups).list({ realm, limit: 100, ...part });
const namesOf = async (realm: string, part: { prefix?: string } = {}) =>
  (await list(realm, part)).groups.map(({ group }) => group);

/** The names on every page. */
async function pagesOf(realm: string, limit: number, prefix?: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after: string | undefined; ; ) {
    const page = await list(realm, {
      limit,
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    });
    pages.push(page.groups.map(({ group }) => group));
    if (page.next === undefined) return pages;
    after = page.next;
  }
}

describe('groups are listed', () => {
  it('by name as compared, each as it is written', async () => {
    const realm = await realmWith('beta', 'Alpha', 'ÄTHER', 'zulu', '総務', '𠮷野', 'Émile', '10', '2');
    expect(await namesOf(realm)).toEqual(['10', '2', 'Alpha', 'beta', 'zulu', 'ÄTHER', 'Émile', '総務', '𠮷野']);
    expect((await list(realm, { limit: 1 })).groups).toEqual([await groups.show(realm, '10')]);
  });

  it('without those that were deleted, under the name they have now, and of this realm only', async () => {
    const [realm, other] = [await realmWith('a', 'b', 'c'), await realmWith('d')];
    await groups.delete(realm, 'a');
    await groups.rename(realm, 'b', 'x');
    expect([await namesOf(realm), await namesOf(other)]).toEqual([['c', 'x'], ['d']]);
  });

  it('not at all where there are none, or no such realm', async () => {
    expect(await list(await realmWith())).toEqual({ groups: [] });
    expect(await codeOf(list('no-such-realm'))).toBe('realm.unknown');
  });

  it.each([1, 2, 3, 4, 5, 6])('page by page, every group once: %i a page', async (limit) => {
    const names = ['a', 'aa', 'aaa', 'ab', 'b'];
    const pages = await pagesOf(await realmWith(...names.toReversed()), limit);
    expect(pages.flat()).toEqual(names);
    expect(pages.length).toBe(Math.ceil(names.length / limit));
  });

  it('and go on after a group that was deleted or renamed since', async () => {
    const realm = await realmWith('a', 'b', 'c', 'd');
    const { next = '' } = await list(realm, { limit: 2 });
    await groups.delete(realm, 'b');
    await groups.rename(realm, 'a', 'c1');
    expect((await list(realm, { after: next })).groups.map(({ group }) => group)).toEqual(['c', 'c1', 'd']);
  });

  it('not from a cursor that no list of groups wrote', async () => {
    const realm = await realmWith('a');
    for (const after of ['', 'a', '🂡', writeCursor([]), writeCursor(['a', 'b']), writeCursor(['a\0'])])
      expect(await codeOf(list(realm, { after }))).toBe('request.malformed');
  });
});

describe('groups whose name begins so', () => {
  it('are found as names are compared', async () => {
    const realm = await realmWith(
      'Staff',
      'STAFF 2',
      'staffing',
      'Stage',
      'Sta',
      'Straße',
      'STRASSENBAU',
      'other staff',
    );
    expect(await namesOf(realm, { prefix: 'staff' })).toEqual(['Staff', 'STAFF 2', 'staffing']);
    expect(await namesOf(realm, { prefix: 'ＳＴＡＦＦ ' })).toEqual(['STAFF 2']);
    expect(await namesOf(realm, { prefix: 'strass' })).toEqual(['Straße', 'STRASSENBAU']);
    expect(await namesOf(realm, { prefix: 'straßen' })).toEqual(['STRASSENBAU']);
    expect(await namesOf(realm, { prefix: 'nothing' })).toEqual([]);
  });

  it('are found where the word of the prefix goes on, though it ends in a final sigma', async () => {
    const realm = await realmWith('Λόγος', 'ΛΌΓΟΣΑ', 'Λόγου');
    for (const prefix of ['λόγος', 'ΛΌΓΟΣ', 'λόγοσ'])
      expect(await namesOf(realm, { prefix })).toEqual(['Λόγος', 'ΛΌΓΟΣΑ']);
  });

  it('are found by characters that a pattern would take for something else', async () => {
    const names = ['100% sure', '100 persons', 'a_b', 'axb', 'a\\b', '*', '\u{10fffd}x', 'y\u{10fffd}', 'y\u{10fffd}z'];
    const realm = await realmWith(...names);
    expect(await namesOf(realm, { prefix: '100%' })).toEqual(['100% sure']);
    expect(await namesOf(realm, { prefix: 'a_' })).toEqual(['a_b']);
    expect(await namesOf(realm, { prefix: 'a\\' })).toEqual(['a\\b']);
    expect(await namesOf(realm, { prefix: '*' })).toEqual(['*']);
    expect(await namesOf(realm, { prefix: '\u{10fffd}' })).toEqual(['\u{10fffd}x']);
    expect(await namesOf(realm, { prefix: 'y' })).toEqual(['y\u{10fffd}', 'y\u{10fffd}z']);
  });

  it('are found by each beginning of any name that was accepted', async () => {
    const realm = await realmWith();
    const written = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(written, fc.nat(), async (name, cut) => {
        const outcome = await codeOf(groups.create(realm, name));
        if (outcome === 'group.name_invalid') return;
        expect(['done', 'group.exists']).toContain(outcome);
        const folded = Array.from(foldName(name));
        const prefix = folded.slice(0, 1 + (cut % folded.length)).join('');
        const found = (await list(realm, { prefix, limit: 1_000 })).groups.map(({ group }) => foldName(group));
        expect(found).toContain(folded.join(''));
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 3])('come page by page too: %i a page', async (limit) => {
    const realm = await realmWith('a', 'aa', 'aaa', 'aab', 'ab', 'b');
    expect((await pagesOf(realm, limit, 'aa')).flat()).toEqual(['aa', 'aaa', 'aab']);
  });
});

describe('members are listed', () => {
  it('page by page, every user once, by their ids', async () => {
    const realm = await realmWith('Staff', 'Other');
    const userIds = Array.from({ length: 7 }, (_, index) => `User ${index}`);
    const ids = await groups.users(realm, userIds);
    await groups.add(realm, userIds, ['Staff']);
    await groups.add(realm, userIds.slice(0, 2), ['Other']);
    const inOrder = ids
      .map((id, index) => ({ id, userId: userIds[index] ?? '' }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const all = await directory.get(ListMembers).list({ realm, group: 'staff', limit: 100 });
    expect(all).toEqual({ users: inOrder });
    for (const limit of [1, 2, 6, 7])
      expect(await groups.membersOf(realm, 'Staff', limit)).toEqual(inOrder.map(({ userId }) => userId));
  });

  it('not of a group that is not there, nor from a cursor that no list of members wrote', async () => {
    const realm = await realmWith('Staff');
    const members = (group: string, after?: string) =>
      codeOf(directory.get(ListMembers).list({ realm, group, limit: 10, ...(after === undefined ? {} : { after }) }));
    expect([await members('Staff'), await members('Nowhere')]).toEqual(['done', 'group.unknown']);
    for (const after of ['x', writeCursor(['staff']), writeCursor(["'; --"]), writeCursor([])])
      expect(await members('Staff', after)).toBe('request.malformed');
  });
});
