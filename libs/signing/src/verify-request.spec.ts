import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { applicationKey } from './application-key.js';
import { canonicalRequest, type RequestToSign } from './canonical-request.js';
import { decodedPaths, latin1Body, verifyRequest } from './verify-request.js';

const key = applicationKey('ab'.repeat(32));
const base = { method: 'POST', date: 'Fri, 31 Jan 2020 09:05:07 GMT', applicationId: 'a'.repeat(32) };
const all = { decodedPath: true, latin1Body: true };
const none = { decodedPath: false, latin1Body: false };

const macOfText = (text: string | Buffer): Buffer => Buffer.from(key.mac('', Buffer.from(text)), 'base64');
const macOf = (signed: Partial<RequestToSign>): Buffer =>
  macOfText(canonicalRequest({ ...base, path: '/', ...signed }));
const verify = (wire: Partial<RequestToSign>, mac: Buffer | undefined, tolerances = all) =>
  verifyRequest({ ...base, path: '/', ...wire, mac, key, tolerances });

describe('a request verified strictly', () => {
  it('costs one MAC, whatever is tolerated', () => {
    const macs = jest.spyOn(key, 'macInto');
    const body = Buffer.from('zoë');
    expect(verify({ path: '/a%20b', body }, macOf({ path: '/a%20b', body }))).toBe('strict');
    expect(macs).toHaveBeenCalledTimes(1);
    macs.mockRestore();
  });

  it.each([
    ['absent', undefined],
    ['too short', Buffer.alloc(31)],
    ['too long', Buffer.alloc(33)],
    ['empty', Buffer.alloc(0)],
  ])('never passes by a MAC that is %s', (_, mac) => {
    expect(verify({}, mac)).toBeUndefined();
  });

  it('never passes by a MAC with one bit turned', () => {
    const mac = macOf({});
    for (let bit = 0; bit < 256; bit += 1) {
      const turned = Buffer.from(mac);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verify({}, turned)).toBeUndefined();
    }
  });

  it('never passes with a line feed that could shift its parts', () => {
    const path = '/a';
    const body = Buffer.from('b');
    expect(verify({ path: '/a\nb' }, macOf({ path, body }))).toBeUndefined();
  });
});

describe('contract A.6, tolerance 1: the decoded path', () => {
  it.each([
    ['a space', '/users/jane%20doe', '/users/jane doe'],
    ['UTF-8', '/users/zo%C3%AB', '/users/zoë'],
    ['a quote', '/users/o%27neil', "/users/o'neil"],
    ['a bar', '/users/a%7Cb', '/users/a|b'],
    ['a plus that stays', '/users/a+b%40x', '/users/a+b@x'],
    ['a backslash', '/users/CORP%5Cjdoe', '/users/CORP\\jdoe'],
  ])('passes %s', (_, wire, signed) => {
    expect(verify({ path: wire }, macOf({ path: signed }))).toBe('decoded-path');
    expect(verify({ path: wire }, macOf({ path: signed }), { ...none, latin1Body: true })).toBeUndefined();
    expect(verify({ path: wire }, macOf({ path: wire }))).toBe('strict');
  });

  it.each([
    ['the user as typed, the group encoded', '/users/go jane/groups/SharePoint%20Visitors'],
    ['the group as typed, the user encoded', '/users/go%20jane/groups/SharePoint Visitors'],
    ['both as typed', '/users/go jane/groups/SharePoint Visitors'],
  ])('passes a client that signs %s', (_, signed) => {
    expect(verify({ path: '/users/go%20jane/groups/SharePoint%20Visitors' }, macOf({ path: signed }))).toBe(
      'decoded-path',
    );
  });

  it('never passes a segment that is decoded in part', () => {
    expect(verify({ path: '/a%20b%20c' }, macOf({ path: '/a b%20c' }))).toBeUndefined();
  });

  it('computes no more than the three names of a path ask for, and less over a long body', () => {
    expect(decodedPaths('/%20/%20/%20')).toHaveLength(7);
    expect(decodedPaths('/%20/%20/%20/%20')).toEqual([]);
    const macs = jest.spyOn(key, 'macInto');
    const wire = { path: '/%20/%20/%20', body: Buffer.alloc(65_537, 'x') };
    expect(verify(wire, macOf({ ...wire, path: '/ / /%20' }))).toBeUndefined();
    expect(macs).toHaveBeenCalledTimes(2);
    macs.mockRestore();
    expect(verify(wire, macOf({ ...wire, path: '/ / / ' }))).toBe('decoded-path');
  });

  it.each(['%2F', '%2f', '%25', '%3F', '%23', '%00', '%0A', '%0d', '%1f', '%7F', '%C2%85'])(
    'refuses a segment in which decoding introduces %s',
    (encoded) => {
      const wire = `/users/a%20${encoded}b`;
      expect(decodedPaths(wire)).toEqual([]);
      const signed = decodeURIComponent(wire);
      const forged = macOfText(`${base.method}\n${base.date}\n${base.applicationId}\n${signed}`);
      expect(verify({ path: wire }, forged)).toBeUndefined();
    },
  );

  it.each(['/%FF', '/%C3', '/%C0%AF', '/%ED%A0%80', '/%', '/%2', '/%zz', '/ë%20', '/a b%20', '/plain'])(
    'has no decoded form of %j',
    (path) => {
      expect(decodedPaths(path)).toEqual([]);
    },
  );

  const piece = fc.constantFrom(
    ...[
      '/',
      'a',
      '.',
      '%2e',
      '%2F',
      '%5C',
      '\\',
      '%20',
      ' ',
      '%25',
      '2F',
      '20',
      '%252F',
      '%2520',
      '%C3%AB',
      'ë',
      '%3F',
      '+',
    ],
    ...[';', '%3B', ':', '%', '%00', '%23'],
  );
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
  /** What the router makes of a path: its segments, each decoded once. */
  const resource = (wire: string): string | undefined => {
    try {
      return JSON.stringify(wire.split('/').map(decodeURIComponent));
    } catch {
      return undefined;
    }
  };
  /** What clients may sign for a path: any of its segments decoded, whether that is wise or not. */
  const naively = (wire: string, choice: number): string =>
    wire
      .split('/')
      .map((segment, index) => (((choice >> index) & 1) === 1 ? decodedOrNot(segment) : segment))
      .join('/');
  const decodedOrNot = (segment: string): string => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  };
  /** What an HTTP parser lets through. */
  const isOnTheWire = (wire: string) => /^[!-~]+$/.test(wire) && !/[\\?#]/.test(wire) && resource(wire) !== undefined;

  it('never lets one signature do for two requests that mean different things', () => {
    let both = 0;
    fc.assert(
      fc.property(path, fc.nat(255), path, (wire, choice, other) => {
        const signed = naively(wire, choice);
        const mac = macOfText(`${base.method}\n${base.date}\n${base.applicationId}\n${signed}`);
        // beside an unrelated path, those that an attacker would try: the signed text sent as it is, and encoded anew
        const encoded = signed
          .split('/')
          .map((segment) => encodeURIComponent(segment))
          .join('/');
        const passing = [wire, other, signed, encoded, encodeURI(signed)].filter(
          (tried) => isOnTheWire(tried) && verify({ path: tried }, mac) !== undefined,
        );
        if (new Set(passing).size > 1) both += 1;
        expect(new Set(passing.map(resource)).size).toBeLessThan(2);
      }),
      { numRuns: 5_000 },
    );
    expect(both).toBeGreaterThan(0);
  });

  it('signs nothing that means another resource', () => {
    fc.assert(
      fc.property(path, (wire) => {
        for (const decoded of decodedPaths(wire)) expect(resource(decoded)).toBe(resource(wire));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('contract A.6, tolerance 2: the Latin-1 body', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  it('passes characters up to U+00FF, if turned on', () => {
    const wire = { body: Buffer.from('Zürich ÿ') };
    const mac = macOf({ body: latin1('Zürich ÿ') });
    expect(verify(wire, mac)).toBe('latin-1-body');
    expect(verify(wire, mac, { ...none, decodedPath: true })).toBeUndefined();
  });

  it('refuses a character above U+00FF, which would be cut to another one', () => {
    expect(verify({ body: Buffer.from('ŁÜx') }, macOf({ body: latin1('AÜx') }))).toBeUndefined();
    expect(latin1Body(Buffer.from('ŁÜx'))).toBeUndefined();
  });

  it('refuses a body made from what a correct client signed, by reading its UTF-8 as Latin-1', () => {
    const signed = Buffer.from('{"name":"zoë"}');
    const forged = Buffer.from(signed.toString('latin1'));
    expect(verify({ body: forged }, macOf({ body: signed }))).toBeUndefined();
  });

  it('has no other form of a body that is absent, empty, ASCII or not UTF-8', () => {
    for (const body of [undefined, Buffer.alloc(0), Buffer.from('abc'), latin1('Zürich')]) {
      expect(latin1Body(body)).toBeUndefined();
    }
  });

  it('never lets the signature of a UTF-8 body do for another body', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', 'Ã', '©', 'Â', 'ÿ', 'Ł', '\u0080', '€'), maxLength: 5 });
    fc.assert(
      fc.property(text, fc.boolean(), (signed, isForged) => {
        const body = Buffer.from(signed);
        const wire = isForged ? Buffer.from(body.toString('latin1')) : body;
        const verified = verify({ body: wire }, macOf({ body }));
        expect(verified).toBe(wire.equals(body) ? 'strict' : undefined);
      }),
    );
  });
});

describe('contract A.6, both tolerances at once', () => {
  const wire = { path: '/users/jane%20doe', body: Buffer.from('Zürich') };
  const mac = macOf({ path: '/users/jane doe', body: Buffer.from('Zürich', 'latin1') });

  it('pass a client that does both, if both are turned on', () => {
    expect(verify(wire, mac)).toBe('decoded-path-and-latin-1-body');
    expect(verify(wire, mac, { ...all, latin1Body: false })).toBeUndefined();
    expect(verify(wire, mac, { ...all, decodedPath: false })).toBeUndefined();
  });

  it('do not pass a path beyond ASCII, which no client can have sent that way', () => {
    const signed = macOf({ path: '/zoë', body: Buffer.from('Zürich', 'latin1') });
    expect(verify({ ...wire, path: '/zo%C3%AB' }, signed)).toBeUndefined();
  });
});
