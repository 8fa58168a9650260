import { readFileSync } from 'node:fs';
import { addMembers, updateUser } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../../testing/gateway-under-test.js';

interface Vector {
  readonly name: string;
  readonly method: string;
  readonly date: string;
  readonly dateHeaders: readonly [string, ...string[]];
  readonly path: string;
  readonly target?: string;
  readonly body?: string;
  readonly c: string;
  readonly mustDiffer?: { readonly decodedPath?: string };
}
const file = new URL('../../../../../libs/signing/src/signing.vectors.json', import.meta.url);
const { requests: vectors, applicationId }: { requests: readonly Vector[]; applicationId: string } = JSON.parse(
  readFileSync(file, 'utf8'),
);

const gateway = new GatewayUnderTest();
gateway.credential.realm = 'secureauth2';
beforeAll(async () => {
  await gateway.open();
  gateway.services.on(addMembers, () => ({ failed: [] }));
  gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
});
beforeEach(() => void gateway.services.asked.splice(0));
afterAll(() => gateway.close());

function vector(number: number): Vector {
  const found = vectors.find(({ name }) => name.startsWith(`V${number} `));
  if (found === undefined) throw new Error(`there is no vector ${number}`);
  return found;
}

/** The bytes of a vector, signed as it says. */
async function send({ method, date, dateHeaders, path, target = path, body = '', c }: Vector, hash = c) {
  gateway.clock.advance(Date.parse(date) - gateway.clock.now());
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: gateway',
    'Connection: close',
    `Authorization: Basic ${Buffer.from(`${applicationId}:${hash}`).toString('base64')}`,
    `${dateHeaders[0]}: ${date}`,
    ...(body === '' && method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  const { status, body: text } = await gateway.sendBytes(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return { status, text, asked: gateway.services.effects().map(({ request }) => request) };
}

describe('secureauth A.8: the vectors, at the routes that they name', () => {
  it('V4 changes a user', async () => {
    expect(await send(vector(4))).toMatchObject({
      status: 200,
      asked: [{ realm: 'secureauth2', userId: 'jdoe', name: { given: 'John' }, attributes: { custom2: '' } }],
    });
  });

  it('V5 puts a user into a group, with an empty body', async () => {
    expect(await send(vector(5))).toEqual({
      status: 200,
      text: '{"status":"success","message":""}',
      asked: [{ realm: 'secureauth2', userIds: ['jdoe'], groups: ['Sharepoint Visitors'] }],
    });
  });

  it('V6 puts users into a group; signed over the decoded path too, where the realm tolerates that (A.6)', async () => {
    const asked = [{ realm: 'secureauth2', userIds: ['jdoe', 'jsmith'], groups: ['Sharepoint Visitors'] }];
    expect(await send(vector(6))).toMatchObject({ status: 200, asked });
    gateway.services.asked.splice(0);
    const decoded = vector(6).mustDiffer?.decodedPath ?? '';
    expect(await send(vector(6), decoded)).toMatchObject({ status: 200, asked });
    gateway.services.asked.splice(0);
    gateway.change({ tolerateDecodedPath: false });
    await send(vector(6));
    gateway.services.asked.splice(0);
    expect(await send(vector(6), decoded)).toMatchObject({ status: 401, asked: [] });
  });

  it('V7 holds without its query, and asks for factors, which are not there yet', async () => {
    expect(await send(vector(7))).toEqual({
      status: 404,
      text: '{"status":"not_found","message":"The requested resource cannot be found."}',
      asked: [],
    });
  });

  it.each([5, 6, 7])('V%d with a slash at the end is another signed text', async (number) => {
    const { path, target } = vector(number);
    const [, query = ''] = (target ?? path).split('?');
    expect(await send({ ...vector(number), target: `${path}/${query && `?${query}`}` })).toMatchObject({
      status: 401,
      asked: [],
    });
  });
});
