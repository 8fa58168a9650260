import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Addresses } from './addresses.js';

describe('the address of a caller', () => {
  it.each([
    ['nobody is trusted', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
    ['the peer is no proxy of ours', ['10.0.0.0/8'], '192.0.2.1', '1.2.3.4', '192.0.2.1'],
    ['behind one proxy', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['behind two', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4, 10.9.9.9', '1.2.3.4'],
    ['what a stranger put in front is not read', ['10.0.0.0/8'], '10.0.0.1', '127.0.0.1, 1.2.3.4', '1.2.3.4'],
    ['a port behind an address', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
    ['ports behind proxies, too', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4:80,10.9.9.9:443 ', '1.2.3.4'],
    ['IPv6 in brackets', ['10.0.0.0/8'], '10.0.0.1', '[2001:db8::7]', '2001:db8::7'],
    ['IPv6 in brackets with a port', ['10.0.0.0/8'], '10.0.0.1', '[2001:db8::7]:51234', '2001:db8::7'],
    ['IPv4 as IPv6 with a port', ['10.0.0.0/8'], '10.0.0.1', '[::ffff:1.2.3.4]:80', '1.2.3.4'],
    ['IPv4 in brackets is not believed', ['10.0.0.0/8'], '10.0.0.1', '[1.2.3.4]:80', '10.0.0.1'],
    ['a port that is none is not believed', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4:http', '10.0.0.1'],
    ['an obfuscated hop (RFC 7239) is not believed', ['10.0.0.0/8'], '10.0.0.1', '_hidden:80', '10.0.0.1'],
    ['what is no address is not believed', ['10.0.0.0/8'], '10.0.0.1', 'unknown', '10.0.0.1'],
    ['an empty list', ['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
    ['only proxies', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['a single trusted address', ['::1'], '::1', '2001:db8::7', '2001:db8::7'],
    ['IPv4 as IPv6 in capitals', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4, ::FFFF:10.9.9.9', '1.2.3.4'],
    ['IPv4 as IPv6 in hex', ['10.0.0.0/8'], '10.0.0.1', '::ffff:102:304', '1.2.3.4'],
    ['IPv6 in another spelling', ['10.0.0.0/8'], '10.0.0.1', '2001:DB8:0:0::0007', '2001:db8::7'],
    ['a zone says nothing here', ['fe80::1'], 'fe80::1%eth0', '[fe80::2%25eth0]:443', 'fe80::2'],
    [
      'an empty last entry is a client that the proxy does not know',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '6.6.6.6, ',
      '10.0.0.1',
    ],
    ['an empty entry before a proxy, too', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, , 10.9.9.9', '10.9.9.9'],
    ['an unknown entry before a proxy, too', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, unknown, 10.9.9.9', '10.9.9.9'],
    ['an empty entry before the client is not read', ['10.0.0.0/8'], '10.0.0.1', ', 1.2.3.4', '1.2.3.4'],
    ['an IPv4 peer on an IPv6 socket', ['10.0.0.0/8'], '::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ])('%s', (_name, trusted, peer, forwardedFor, expected) => {
    expect(new Addresses(trusted).of(peer, forwardedFor)).toBe(expected);
  });

  it('is the peer when no proxy says otherwise', () => {
    expect(new Addresses(['10.0.0.0/8']).of('10.0.0.1', undefined)).toBe('10.0.0.1');
    expect(new Addresses([]).of(undefined, undefined)).toBe('');
  });

  it('of a stranger is the peer, whatever is in the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        expect(new Addresses(['10.0.0.0/8']).of('192.0.2.1', header)).toBe('192.0.2.1');
        expect(new Addresses([]).of('10.0.0.1', header)).toBe('10.0.0.1');
      }),
    );
  });

  it('is the last hop that no proxy of ours is, or the last that can be believed', () => {
    const proxy = fc.ipV4().map((address) => address.replace(/^\d+/, '10'));
    const stranger = fc.ipV4().map((address) => address.replace(/^\d+/, '192'));
    const anything = fc.oneof(proxy, stranger, fc.ipV6(), fc.string());
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 5 }),
        stranger,
        fc.array(proxy, { maxLength: 5 }),
        (front, client, behind) => {
          const header = [...front, client, ...behind].join(', ');
          expect(new Addresses(['10.0.0.0/8']).of('10.0.0.1', header)).toBe(client);
        },
      ),
    );
  });

  it('is never read past an entry that is no address', () => {
    const noAddress = fc.constantFrom(
      '',
      ' ',
      '\t',
      'unknown',
      '_hidden',
      '10.0.0',
      '[10.0.0.1]',
      '10.0.0.1:http',
      '"10.0.0.1"',
    );
    const proxy = fc.ipV4().map((address) => address.replace(/^\d+/, '10'));
    fc.assert(
      fc.property(noAddress, fc.array(proxy, { maxLength: 5 }), (entry, behind) => {
        const header = ['6.6.6.6', entry, ...behind].join(',');
        expect(new Addresses(['10.0.0.0/8']).of('10.0.0.1', header)).toBe(behind[0] ?? '10.0.0.1');
      }),
    );
  });

  it('is an address, whatever comes', () => {
    const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constantFrom('10.0.0.1', 'unknown', ''));
    fc.assert(
      fc.property(fc.array(hop), (hops) => {
        expect(isIP(new Addresses(['10.0.0.0/8', '::/0']).of('10.0.0.1', hops.join(',')))).not.toBe(0);
      }),
    );
  });
});
