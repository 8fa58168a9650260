import { BlockList, isIP, SocketAddress } from 'node:net';

/**
 * Finds out from which address a request comes. `X-Forwarded-For` is read from its end, and only as far as each hop is
 * a proxy that an operator named: what a stranger writes there is never believed (authentik CVE-2024-47070). An entry
 * that is not an address ends the walk at the last hop that was one. So does an empty entry, although a list may hold some
 * (RFC 9110 5.6.1): a proxy that does not know its client writes nothing, and what stands before that is the client's own
 * text. Every address is answered in one spelling. `Forwarded` (RFC 7239) is not read.
 */
export class Addresses {
  private readonly proxies = new BlockList();
  private readonly trustsAny: boolean;

  /** @param trusted addresses and networks (`10.0.0.0/8`) */
  constructor(trusted: readonly string[]) {
    this.trustsAny = trusted.length > 0;
    for (const entry of trusted) {
      const [address = '', bits] = entry.split('/');
      if (bits === undefined) this.proxies.addAddress(address, family(address));
      else this.proxies.addSubnet(address, Number(bits), family(address));
    }
  }

  /** @param peer address of the other end of the connection */
  of(peer: string | undefined, forwardedFor: string | readonly string[] | undefined): string {
    const nearest = plain(peer ?? '');
    if (!this.trustsAny || forwardedFor === undefined) return nearest;
    const hops = String(forwardedFor)
      .split(',')
      .map((hop) => hop.trim())
      .reverse();
    let client = nearest;
    for (const hop of hops.slice(0, MOST_HOPS)) {
      const next = addressOf(hop);
      if (!this.isTrusted(client) || isIP(next) === 0) return client;
      client = next;
    }
    return client;
  }

  private isTrusted(address: string): boolean {
    return isIP(address) !== 0 && this.proxies.check(address, family(address));
  }
}

const MOST_HOPS = 16;

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** What a proxy wrote of a hop: an address, which may have a port behind it. IPv6 then stands in brackets. */
function addressOf(hop: string): string {
  const [, bracketed, dotted] = WITH_PORT.exec(hop) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? plain(bracketed) : '';
  return plain(dotted ?? hop);
}

const WITH_PORT = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

/**
 * IPv6 as the system writes it (RFC 5952), without a zone, which only its host understands. IPv4 that came over an IPv6
 * socket is IPv4.
 */
function plain(address: string): string {
  if (isIP(address) !== 6) return address;
  const written = new SocketAddress({ address: address.replace(/%.*/s, ''), family: 'ipv6' }).address;
  return written.startsWith('::ffff:') && written.includes('.') ? written.slice(7) : written;
}
