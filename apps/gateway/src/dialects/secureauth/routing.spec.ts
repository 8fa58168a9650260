import {
  addMembers,
  changePassword,
  eraseUser,
  registerUser,
  resetPassword,
  showProfile,
  updateUser,
} from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GatewayUnderTest, userOf } from '../../../testing/gateway-under-test.js';
import { actions } from './declare-endpoint.js';

const gateway = new GatewayUnderTest();
beforeAll(async () => {
  await gateway.open();
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(addMembers, () => ({ failed: [] }));
  for (const operation of [updateUser, registerUser, resetPassword, changePassword, eraseUser])
    gateway.services.on(operation, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
});
afterAll(() => gateway.close());

/** Fits every endpoint, and names others than paths and queries do. */
const body = JSON.stringify({
  userId: 'of-body',
  user_id: 'of-body',
  password: 'x',
  currentPassword: 'x',
  newPassword: 'y',
  properties: {},
  groupNames: ['group-of-body'],
});

type Path = readonly string[];
const UNREADABLE = 'unreadable';

/** The contract's tables, read once more and apart from the router: subject, user, group. */
function meaning(method: string, path: Path, username: string | undefined): string | undefined {
  const [, first = '', second = '', third = '', fourth = ''] = path;
  // words in any case
  const [noun, , secondWord, thirdWord] = path.map((segment) => segment.toLowerCase());
  const size = path.length;
  const isWord = (name: string) => (actions as readonly string[]).includes(name.toLowerCase());
  const isAction = (name: string) => ['resetpwd', 'changepwd', 'groups'].includes(name.toLowerCase());
  const act = (action: string, user: string) =>
    ({ resetpwd: `reset ${user}`, changepwd: `change ${user}`, groups: `add ${user} group-of-body` })[
      action.toLowerCase()
    ];
  const view = (user: string) => ({ GET: `profile ${user}`, PUT: `update ${user}`, POST: `update ${user}` })[method];

  if (noun === 'users') {
    if (username !== undefined && size === 1)
      return method === 'POST' || method === 'DELETE' ? undefined : view(username);
    if (username !== undefined && size === 2 && isWord(first)) {
      return method === 'POST' ? act(first, username) : undefined;
    }
    if (size === 1) return { POST: 'register of-body', DELETE: 'erase of-body' }[method];
    if (size === 2) return view(first);
    if (size === 3 && !isWord(second)) return view(`${first}\\${second}`);
    if (method !== 'POST') return undefined;
    if (size === 3) return isAction(second) ? act(second, first) : undefined;
    if (size === 4 && secondWord === 'groups') return `add ${first} ${third}`;
    if (size === 4 && !isWord(second)) return isAction(third) ? act(third, `${first}\\${second}`) : undefined;
    if (size === 5 && thirdWord === 'groups' && !isWord(second)) return `add ${first}\\${second} ${fourth}`;
    return undefined;
  }
  if (noun !== 'groups' || method !== 'POST' || secondWord !== 'users') return undefined;
  // The body has a list of groups, none of users.
  if (size === 3) return username === undefined ? UNREADABLE : `add ${username} ${first}`;
  if (size === 4) return `add ${third} ${first}`;
  return size === 5 && !isWord(fourth) ? `add ${third}\\${fourth} ${first}` : undefined;
}

function asked(): string | undefined {
  const [only, ...more] = gateway.services.effects();
  if (only === undefined) return undefined;
  expect(more).toEqual([]);
  const { operation, request } = only;
  expect(request.realm).toBe('demo');
  const user = request.userId ?? (request.userIds as string[]).join();
  const groups = request.groups as string[] | undefined;
  return [operation.subject.split('.').at(-1), user, ...(groups ?? [])].join(' ');
}

const segment = fc.oneof(
  fc.constantFrom(...actions),
  fc.constantFrom('users', 'groups', 'Users', 'Groups', 'RESETPWD', 'Status'),
  fc.constantFrom('jdoe', 'CORP', 'a b', '%61', '%2F', '*', ':userId', '(x)', 'a.b', '{}', '>'),
  fc.stringMatching(/^[a-z%~+@ ü☃]{1,8}$/),
);
const methods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];
const request = fc.record({
  method: fc.constantFrom(...methods),
  path: fc.tuple(fc.constantFrom('users', 'groups', 'Users', 'auth'), fc.array(segment, { maxLength: 4 })),
  username: fc.option(fc.stringMatching(/^[a-z%+& ü]{1,8}$/), { nil: undefined }),
  version: fc.constantFrom('v1', 'v2', 'v3'),
  hasSlashAtEnd: fc.boolean(),
});

describe('secureauth C.5 to C.7: whatever is asked, a path means what the tables say, to one user of one realm', () => {
  it('holds for any path', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path: [noun, rest], username, version, hasSlashAtEnd }) => {
        gateway.services.asked.splice(0);
        const path = [noun, ...rest];
        const written = `/demo/api/${version}/${path.map(encodeURIComponent).join('/')}${hasSlashAtEnd ? '/' : ''}`;
        const query = username === undefined ? '' : `?${new URLSearchParams({ x: 'mallory', username })}`;
        const expected = meaning(method, path, username);
        const answer = await gateway.send({ method, path: written + query, body });
        const isUnreadable = expected === UNREADABLE;
        expect([written + query, asked()]).toEqual([written + query, isUnreadable ? undefined : expected]);
        const taken = methods.filter((one) => meaning(one, path, username) !== undefined);
        const otherwise = taken.length > 0 ? 405 : 404;
        expect(answer.status).toBe(isUnreadable ? 400 : expected === undefined ? otherwise : 200);
        const allowed = answer.headers['allow']?.split(', ').filter((one) => one !== 'HEAD');
        if (answer.status === 405) expect([written, allowed?.sort()]).toEqual([written, [...taken].sort()]);
        expect(answer.signatureHolds).toBe(true);
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
