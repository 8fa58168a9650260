import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { malformedUrl, readRequestTarget, routedUrl } from './request-target.js';

describe('a request target', () => {
  it.each([
    ['/demo/api/v1/users/jdoe', ['demo', 'api', 'v1', 'users', 'jdoe']],
    ['/demo/api/v1/users/', ['demo', 'api', 'v1', 'users']],
    ['/demo/api/v1/users/jane%20doe', ['demo', 'api', 'v1', 'users', 'jane doe']],
    ['/demo/api/v1/users/zo%C3%AB', ['demo', 'api', 'v1', 'users', 'zoë']],
    ['/demo/api/v1/users/a+b@x.com', ['demo', 'api', 'v1', 'users', 'a+b@x.com']],
    ["/demo/api/v1/users/o'neil", ['demo', 'api', 'v1', 'users', "o'neil"]],
    ['/demo/api/v1/users/CORP%5Cjdoe', ['demo', 'api', 'v1', 'users', 'CORP\\jdoe']],
    ['/demo/api/v1/users/50%25', ['demo', 'api', 'v1', 'users', '50%']],
    ['/demo/api/v1/users/%2561', ['demo', 'api', 'v1', 'users', '%61']],
    ['/demo/api/v1/users/a%3Fb%23c%3Bd', ['demo', 'api', 'v1', 'users', 'a?b#c;d']],
    ['/demo/api/v1/users/j.doe', ['demo', 'api', 'v1', 'users', 'j.doe']],
    ['/demo/api/v1/users/jdoe;v=1', ['demo', 'api', 'v1', 'users', 'jdoe;v=1']],
    ['/demo/api/v1/users/a%2Fb', ['demo', 'api', 'v1', 'users', 'a/b']],
    ['/demo/api/v1/users/%2f', ['demo', 'api', 'v1', 'users', '/']],
    ['/demo/api/v1/users/..%2F..', ['demo', 'api', 'v1', 'users', '../..']],
  ])('%s is decoded once, segment by segment', (path, segments) => {
    expect(readRequestTarget(path)).toMatchObject({ path, realm: 'demo', segments });
  });

  it.each([
    '//demo/api/v1/users/jdoe',
    '/demo//api/v1/users/jdoe',
    '/demo/api/v1/users/jdoe//',
    '/demo/./api/v1/users/jdoe',
    '/demo/x/../api/v1/users/jdoe',
    '/demo/api/v1/users/..',
    '/demo/api/v1/users/%2e%2E',
    '/demo/api/v1/users/.%2e/x',
    '/demo/api/v1/users/%2E',
    '/demo/api/v1/users/a%00b',
    '/demo/api/v1/users/a%0D%0Ab',
    '/demo/api/v1/users/a%C2%85b',
    '/demo/api/v1/users/%',
    '/demo/api/v1/users/%zz',
    '/demo/api/v1/users/%C3',
    '/demo/api/v1/users/%C0%AF',
    '/demo/api/v1/users/%ED%A0%80',
    '/demo/api/v1/users/a\\b',
    '/demo/api/v1/users/a#b',
    '/demo/api/v1/users/zoë',
    '*',
    'demo:443',
    '',
  ])('%s is malformed', (path) => {
    const target = readRequestTarget(path);
    expect(target.segments).toBeUndefined();
    expect(routedUrl(target)).toBe(malformedUrl);
  });

  it('in absolute form is its path (RFC 9112 section 3.2.2)', () => {
    const target = readRequestTarget('http://host:8080/demo/api/v1/users/jdoe?x=1');
    expect(target).toMatchObject({ path: '/demo/api/v1/users/jdoe', query: '?x=1', realm: 'demo' });
  });

  it('never has its query in the path', () => {
    expect(readRequestTarget('/demo/api/v1/users?username=a/../b')).toMatchObject({
      path: '/demo/api/v1/users',
      query: '?username=a/../b',
      segments: ['demo', 'api', 'v1', 'users'],
    });
  });

  it('names the realm as written, so that no other spelling is one', () => {
    expect(readRequestTarget('/%64emo/api').realm).toBe('%64emo');
    expect(readRequestTarget('/demo').realm).toBe('demo');
    expect(readRequestTarget('/').realm).toBe('');
  });

  it('is routed as it was read, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }), (parts) => {
        const path = parts.map((part) => `/${encodeURIComponent(part.replace(/\p{Surrogate}/gu, ''))}`).join('');
        const target = readRequestTarget(path);
        if (target.segments === undefined) return;
        const again = readRequestTarget(routedUrl(target));
        expect(again.segments).toEqual(target.segments);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (url) => void readRequestTarget(url)));
  });
});
