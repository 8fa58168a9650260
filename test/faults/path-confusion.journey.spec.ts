import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OwnRealms } from '../journeys/own-realms.js';
import { type RawAnswer, RawClient, some } from './raw-client.js';
import { spellingsOf, strictlyRead } from './spellings.js';

/**
 * Path confusion (Authelia CVE-2021-32637, Nest with Fastify CVE-2026-2293, better-auth CVE-2025-71399): hundreds of
 * spellings of one path. What was signed is what is routed, or the request is refused.
 */
const realm = 'paths';
let realms: OwnRealms;
let client: RawClient;
beforeAll(async () => {
  realms = await OwnRealms.open();
  client = new RawClient((await realms.make(realm)).credentials);
}, 120_000);
afterAll(() => realms?.close(), 60_000);

const path = `/${realm}/api/v1/users/jdoe`;
/** A value that nothing but this file sets, in any realm. */
const mark = 'spelled as ';
const spellings = spellingsOf(path).filter((spelling) => spelling !== path);
const same = JSON.stringify(strictlyRead(path));
const statusOf = ({ text }: RawAnswer): string => JSON.parse(text).status;

/** Who is named, if the path is one of `/paths/api/v1/users/<user>`, or with a domain before the user. */
function userNamedBy(target: string): string | undefined {
  const segments = strictlyRead(target);
  if (segments === undefined) return undefined;
  const names = segments.slice(4);
  const isOfUser = /^paths\/api\/v[123]\/users$/i.test(segments.slice(0, 4).join('/'));
  return isOfUser && [1, 2].includes(names.length) ? names.join('\\') : undefined;
}

it('there are hundreds', () => expect(spellings.length).toBeGreaterThan(400));

describe('a spelling that is signed as it is sent', () => {
  it('is answered about the user that it names when it is read strictly, or about none', async () => {
    const answers = await some(spellings, 8, (target) => client.ask({ target }));
    for (const [index, answer] of answers.entries()) {
      const target = spellings[index] ?? '';
      // what any two readers might read otherwise is refused as such, unless it names another realm and so nobody's
      const isOfRealm = /^\/paths(?:\/|$)/.test(target);
      const possible = strictlyRead(target) === undefined ? [400] : [200, 400, 404, 405];
      expect([target, [...possible, ...(isOfRealm ? [] : [401])].includes(answer.status)]).toEqual([target, true]);
      if (answer.status !== 200) continue;
      const named = userNamedBy(target);
      expect([target, JSON.parse(answer.text).userId]).toEqual([target, named]);
      // names are compared folded: a soft hyphen in a name makes no other one
      expect([
        target,
        named
          ?.normalize('NFKC')
          .replaceAll(/[\u00ad\u200b]/g, '')
          .toLowerCase(),
      ]).toEqual([target, 'jdoe']);
    }
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(3);
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThan(100);
  }, 60_000);

  it('changes a user only if it names that user', async () => {
    const answers = await some(spellings, 8, async (target) => {
      const body = JSON.stringify({ properties: { auxId9: `${mark}${target}` } });
      return { target, answer: await client.ask({ method: 'PUT', target, body }) };
    });
    const made = answers.filter(({ answer }) => answer.status === 200 && statusOf(answer) === 'success');
    // of every realm: a spelling may not reach into another one either
    const rows = await realms.platform.query<{ realm: string; user_id: string; value: string }>(
      `select r.name as realm, u.user_id, u.attributes ->> 'custom9' as value
       from directory.user u join directory.realm r on r.id = u.realm_id where u.attributes ->> 'custom9' like '${mark}%'`,
    );
    expect(rows.map((row) => [row.realm, row.user_id])).toEqual([[realm, 'jdoe']]);
    expect(made.map(({ target }) => `${mark}${target}`)).toContain(rows[0]?.value);
    for (const { target } of made)
      expect([target, userNamedBy(target)]).toEqual([target, expect.stringMatching(/^.+$/)]);
  }, 60_000);
});

/** A signature under no known key waits for the next look at the keys of its application, four a second. */
const atOnceWhileKeysAreLookedUp = 64;
/** None was refused for want of room, or cut off. */
const expectDecided = (answers: readonly RawAnswer[]): void =>
  expect(answers.filter(({ status }) => status === 0 || status >= 500)).toEqual([]);

describe('a spelling that is sent with the signature of another', () => {
  it('passes only where every reader takes both for the same resource', async () => {
    const answers = await some(spellings, atOnceWhileKeysAreLookedUp, (target) =>
      client.ask({ target, signedPath: path }),
    );
    expectDecided(answers);
    for (const [index, answer] of answers.entries()) {
      const target = spellings[index] ?? '';
      if (answer.status !== 200) continue;
      expect([target, JSON.stringify(strictlyRead(target))]).toEqual([target, same]);
    }
    const passed = spellings.filter((_, index) => answers[index]?.status === 200);
    // the tolerance of the decoded path (contract A.6), and what is no part of the path
    expect(passed.every((target) => /%|\?|^https?:/i.test(target))).toBe(true);
  }, 60_000);

  it('nor does it pass the other way round', async () => {
    const answers = await some(spellings, atOnceWhileKeysAreLookedUp, (spelling) =>
      client.ask({ target: path, signedPath: spelling.split('?', 1)[0] ?? '' }),
    );
    expectDecided(answers);
    const passed = spellings.filter((_, index) => answers[index]?.status === 200);
    expect(passed.filter((spelling) => (spelling.split('?', 1)[0] ?? '') !== path)).toEqual([]);
  }, 60_000);
});

describe('what needs no signature', () => {
  const open = ['/healthz', '/readyz', '/metrics', '/docs', '/openapi.json'];
  it('is no way around it', async () => {
    const targets = open.flatMap((place) =>
      [
        '/..',
        '/../..',
        ';/..',
        '/%2e%2e',
        '/..%2f..',
        '/.',
        '/x/../..',
        '%2f..',
        '/;',
        '\\..',
        '?/..',
        '#/..',
        '%00',
        '/..;',
      ].flatMap((step) => [`${place}${step}${path}`, `${path}/..${place}`, `${path};${place}`, `${path}%00${place}`]),
    );
    const answers = await some([...new Set(targets)], 8, (target) => client.ask({ target, isUnsigned: true }));
    for (const [index, answer] of answers.entries()) {
      const target = [...new Set(targets)][index] ?? '';
      expect([target, answer.text.startsWith('{"userId"')]).toEqual([target, false]);
      const isOpen = open.includes(target.split('?', 1)[0] ?? '');
      expect([target, [400, 401, 404, ...(isOpen ? [200] : [])].includes(answer.status)]).toEqual([target, true]);
    }
  }, 60_000);

  it('is not reached by another spelling', async () => {
    for (const target of [
      '/%68ealthz',
      '/HEALTHZ',
      '/healthz;',
      '/./metrics',
      '//metrics',
      '/metrics%2f',
      '/x/../docs',
    ]) {
      const { status } = await client.ask({ target, isUnsigned: true });
      expect([target, [400, 401, 404].includes(status)]).toEqual([target, true]);
    }
  });
});

describe('a method', () => {
  it.each(['get', 'Get', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND', 'M-SEARCH', 'GETX', 'LOCK'])(
    '%s is not the method of an endpoint',
    async (method) => {
      const answer = await client.ask({ method, target: path });
      expect([method, [400, 401, 404, 405].includes(answer.status)]).toEqual([method, true]);
      expect(answer.text).not.toContain('"userId":"jdoe"');
    },
  );

  it('is that of the request line, whatever headers say', async () => {
    for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method']) {
      const answer = await client.ask({
        method: 'POST',
        target: path,
        body: '{"user_id":"jdoe"}',
        headers: [`${header}: DELETE`],
      });
      expect([header, answer.status, statusOf(answer)]).toEqual([header, 200, 'success']);
    }
    expect((await client.ask({ target: path })).status).toBe(200);
  });
});
