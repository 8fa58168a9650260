import { describe, expect, it } from '@jest/globals';
import { connectionCredentials, parseNatsUrl } from './bus-credentials.js';

describe('NATS_URL', () => {
  it('is a comma list of servers, and may hold one user', () => {
    expect(parseNatsUrl('nats://gate:p%40s@a:4222, nats://b:4223,c')).toEqual({
      servers: ['a:4222', 'b:4223', 'c'],
      user: 'gate',
      pass: 'p@s',
    });
    expect(parseNatsUrl('nats://[::1]:4222')).toEqual({ servers: ['[::1]:4222'] });
  });

  it.each(['', ' , ', 'http://a', 'nats://', 'nats://a:x', 'nats://u:1@a,nats://v:1@b', 'nats://u:1@a,nats://u:2@b'])(
    'is refused, without being repeated: %j',
    (url) => {
      expect(() => parseNatsUrl(url)).toThrow(/^(?!.*:1@)/);
    },
  );

  it('demands TLS by its scheme or by a file', () => {
    expect(connectionCredentials('nats://a')).not.toHaveProperty('tls');
    expect(connectionCredentials('tls://a')).toHaveProperty('tls', {});
    expect(connectionCredentials('nats://a', {}, { caFile: '/ca.pem' })).toHaveProperty('tls', { caFile: '/ca.pem' });
  });
});
