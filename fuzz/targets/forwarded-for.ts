import { isIP } from 'node:net';
import fc from 'fast-check';
import { Addresses } from '../../apps/gateway/src/http/addresses.js';
import { holds, holdsSame, type Target } from '../target.js';

const proxies = ['10.0.0.0/8', '::1', 'fd00::/8'];
const trusting = new Addresses(proxies);
const trustless = new Addresses([]);
const isProxy = (address: string) => /^10\.|^\[(?:::1|fd..:.*)\]$/.test(address);
const hop = fc.constantFrom('10.0.0.1', '10.9.9.9', '::1', 'fd00::7', '1.2.3.4', '2001:db8::7', 'unknown', '', ' ');

/** `X-Forwarded-For`, from a peer that is a proxy and from one that is not. */
export const forwardedFor: Target = {
  name: 'forwarded-for',
  about: 'X-Forwarded-For',
  seeds: [
    '1.2.3.4',
    '1.2.3.4, 10.9.9.9',
    '::ffff:1.2.3.4',
    '',
    'unknown',
    '10.0.0.1,10.0.0.1',
    '[::1]:80',
    '1.2.3.4:80, 10.9.9.9:443',
  ],
  dictionary: [',', ', ', '10.0.0.1', '::1', '::ffff:', '1.2.3.4', '%eth0', ':80', '\0', 'for=', '"'],
  inputs: fc.array(hop, { maxLength: 20 }).map((hops) => hops.join(',')),
  check: (input) => {
    const header = input.toString('latin1');
    holdsSame(trusting.of('192.0.2.1', header), '192.0.2.1', 'what a stranger sends is not read');
    holdsSame(trustless.of('10.0.0.1', header), '10.0.0.1', 'without proxies it is not read');
    const found = trusting.of('10.0.0.1', header);
    holds(isIP(found) !== 0, 'an address');
    const hops = header.split(',').map(plainHop);
    const named = canonical(found);
    holds(found === '10.0.0.1' || hops.includes(named), 'the peer, or one of those that are named');
    if (found !== '10.0.0.1') {
      const behind = hops.slice(hops.lastIndexOf(named) + 1);
      holds(behind.every(isProxy), 'all that stand behind it are proxies');
    }
  },
};

/** Without port and brackets, in one spelling. */
function plainHop(text: string): string {
  const hop = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  return canonical(hop);
}

/** One spelling of an address: the URL Standard's; an IPv4 address that is written as IPv6 is the IPv4 address. */
function canonical(address: string): string {
  const bare = address.split('%', 1)[0] ?? '';
  if (isIP(bare) !== 6) return address;
  const written = new URL(`http://[${bare}]`).hostname;
  const mapped = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(written)?.slice(1) ?? [];
  const bytes = mapped.map((half) => Number.parseInt(half, 16)).flatMap((half) => [half >> 8, half & 0xff]);
  return bytes.length === 0 ? written : bytes.join('.');
}
