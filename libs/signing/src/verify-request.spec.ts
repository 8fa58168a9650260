import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { applicationKey } from './application-key.js';
import { canonicalRequest, type RequestToSign } from './canonical-request.js';
import { decodedPath, latin1Body, verifyRequest } from './verify-request.js';

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
  ])('passes %s', (_, wire, signed) => {
    expect(verify({ path: wire }, macOf({ path: signed }))).toBe('decoded-path');
    expect(verify({ path: wire }, macOf({ path: signed }), { ...none, latin1Body: true })).toBeUndefined();
    expect(verify({ path: wire }, macOf({ path: wire }))).toBe('strict');
  });

  it.each(['%2F', '%2f', '%5C', '%25', '%3F', '%23', '%00', '%0A', '%0d', '%1f', '%7F', '%C2%85'])(
    'refuses a path in which decoding introduces %s',
    (encoded) => {
      const wire = `/users/a%20${encoded}b`;
      expect(decodedPath(wire)).toBeUndefined();
      const signed = decodeURIComponent(wire);
      const forged = macOfText(`${base.method}\n${base.date}\n${base.applicationId}\n${signed}`);
      expect(verify({ path: wire }, forged)).toBeUndefined();
    },
  );

  it.each(['/%FF', '/%C3', '/%C0%AF', '/%ED%A0%80', '/%', '/%2', '/%zz', '/ë%20', '/a b%20', '/plain'])(
    'has no decoded form of %j',
    (path) => {
      expect(decodedPath(path)).toBeUndefined();
    },
  );

  it('never lets a signature for one resource do for another', () => {
    const resource = (path: string): string | undefined => {
      try {
        return JSON.stringify(path.split('/').map(decodeURIComponent));
      } catch {
        return undefined;
      }
    };
    const piece = fc.constantFrom(
      '/',
      'a',
      '.',
      '%2e',
      '%2F',
      '%5C',
      '%20',
      '%25',
      '2F',
      '%252F',
      '%C3%AB',
      '%3F',
      '+',
      '%',
    );
    const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('')}`);
    const naively = (wire: string): string => {
      try {
        return decodeURIComponent(wire);
      } catch {
        return wire;
      }
    };
    fc.assert(
      fc.property(path, (wire) => {
        const signed = naively(wire);
        const forged = macOfText(`${base.method}\n${base.date}\n${base.applicationId}\n${signed}`);
        if (verify({ path: wire }, forged) !== undefined) expect(resource(wire)).toBe(resource(signed));
      }),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(path, (wire) => {
        const decoded = decodedPath(wire);
        if (decoded !== undefined) expect(JSON.stringify(decoded.split('/'))).toBe(resource(wire));
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
