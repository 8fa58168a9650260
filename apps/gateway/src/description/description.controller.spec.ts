import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../testing/gateway-under-test.js';
import { dialects } from '../dialects/dialects.js';
import { describeApi } from './document.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await new GatewayUnderTest().open();
});
afterAll(() => gateway.close());

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, { headers });
}

describe('/openapi.json', () => {
  it('is the description, answers unsigned requests, and is not signed', async () => {
    const response = await get('/openapi.json');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(response.headers.get('x-sa-signature')).toBeNull();
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(describeApi(dialects))));
  });

  it('is not sent to those who have it', async () => {
    const etag = (await get('/openapi.json')).headers.get('etag') ?? '';
    for (const known of [etag, `"other", ${etag}`, '*']) {
      const response = await get('/openapi.json', { 'if-none-match': known });
      expect([known, response.status, await response.text()]).toEqual([known, 304, '']);
    }
    expect((await get('/openapi.json', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is packed for those who say that they unpack', async () => {
    const codingFor = async (accepted: string) =>
      (await get('/openapi.json', { 'accept-encoding': accepted })).headers.get('content-encoding');
    expect(await codingFor('br, gzip')).toBe('gzip');
    expect(await codingFor('gzip;q=0.5')).toBe('gzip');
    expect(await codingFor('identity')).toBeNull();
    expect(await codingFor('gzip;q=0, identity')).toBeNull();
    expect(await codingFor('br')).toBeNull();
  });
});

describe('/docs', () => {
  it('is one page that runs nothing and fetches nothing', async () => {
    const response = await get('/docs');
    const page = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page).not.toMatch(/<script|<link rel="stylesheet|<img|<iframe|@import|url\(| on[a-z]+="/i);
    expect(page).not.toMatch(/(?:href|src)="(?!#|\/openapi\.json"|data:,")/);
  });

  it('allows nothing beyond that', async () => {
    const response = await get('/docs');
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(await response.text()) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('has every endpoint, and every link inside of it leads somewhere', async () => {
    const page = await (await get('/docs/')).text();
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(
      [...dialects.flatMap(({ endpoints }) => endpoints.map(({ name }) => name)), ...links].filter(
        (id) => !ids.has(id),
      ),
    ).toEqual([]);
  });

  it('is open to be read only', async () => {
    const response = await fetch(`${gateway.url}/docs`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(405);
  });
});
