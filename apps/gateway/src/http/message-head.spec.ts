import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { namesHost } from './message-head.js';

const names = (host: string | undefined, httpVersion = '1.1') =>
  namesHost({ headers: { host }, httpVersion } as IncomingMessage);

describe('RFC 9112 section 3.2: a request names its host', () => {
  it.each(['gateway', 'gateway.example:8080', '127.0.0.1:1', '[::1]:8080', 'xn--zrich-kva.example', ''])(
    '%j',
    (host) => {
      expect(names(host)).toBe(true);
    },
  );

  it.each([undefined, 'one, other', 'user@host', 'host/path', 'host\\path', 'host?x', 'host#x', 'a b'])(
    'and not %j',
    (host) => {
      expect(names(host)).toBe(false);
    },
  );

  it('or is of HTTP/1.0', () => {
    expect([names(undefined, '1.0'), names('a, b', '1.0')]).toEqual([true, false]);
  });
});
