import { describe, expect, it } from '@jest/globals';
import { settings } from './settings.js';

describe('the settings of a gateway', () => {
  it('need nothing but the way to the bus', () => {
    expect(settings.parse({ NATS_URL: 'nats://host' })).toMatchObject({
      COUNTERSIGN_PORT: 8080,
      COUNTERSIGN_HOST: '127.0.0.1',
      CLOCK_SKEW_SECONDS: 300,
      REQUEST_BODY_LIMIT_BYTES: 262_144,
      TRUSTED_PROXIES: [],
    });
  });
  it('take addresses and networks for proxies, and nothing else', () => {
    const proxies = (TRUSTED_PROXIES: string) => settings.parse({ NATS_URL: 'x', TRUSTED_PROXIES }).TRUSTED_PROXIES;
    expect(proxies('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1']);
    expect(() => proxies('true')).toThrow('TRUSTED_PROXIES');
    expect(() => proxies('10.0.0.0/33')).toThrow('TRUSTED_PROXIES');
  });
});
