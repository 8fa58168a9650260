import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAuthorization, registeredForm } from './authorization.js';
import { requestRefusalMessages } from './request-refusal.js';

const id = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const mac = Buffer.from('c3554ed00ef0b88fb78e2dfee8c1ccce2ebbb988d110dd7258430932148541a7', 'hex');
const encoded = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const header = (text: string | Buffer): string => `Basic ${encoded(text)}`;
const held = { applicationId: id, mac };

describe('contract A.4 refuses, in this order,', () => {
  it('step 1: no header', () => {
    expect(parseAuthorization(undefined)).toEqual({ refusal: 'header-missing' });
  });

  it.each(['', ' ', 'Bearer abc', 'Basicabc', 'Digest', 'Bаsic abc'])('step 2: the scheme of %j', (text) => {
    expect(parseAuthorization(text)).toEqual({ refusal: 'scheme-unknown' });
  });

  it.each(['Basic', 'basic ', 'BASIC \t  '])('step 3: the empty value of %j', (text) => {
    expect(parseAuthorization(text)).toEqual({ refusal: 'value-empty' });
  });

  it.each([
    ['no Base64', 'Basic !!!!'],
    ['the URL alphabet', `Basic ${encoded(`${id}:\xfb\xff`).replace('/', '_')}_-`],
    ['white space inside', `Basic ${encoded(`${id}:x`).slice(0, 8)} ${encoded(`${id}:x`).slice(8)}`],
    ['one character too many', 'Basic MGYxZ'],
    ['padding that is not complete', 'Basic MGYxZA='],
    ['padding in front', 'Basic ==MGYx'],
    ['padding alone', 'Basic =='],
    ['a second value', `${header(`${id}:x`)}, ${header(`${id}:x`)}`],
    ['no colon', header(id)],
    ['no id', header(':hash')],
    ['no hash', header(`${id}:`)],
    ['a colon only', header(':')],
  ])('step 4: %s', (_, text) => {
    expect(parseAuthorization(text)).toEqual({ refusal: 'format-wrong' });
  });

  it.each([
    ['too short', 'f1e2'],
    ['not hexadecimal', 'g'.repeat(32)],
    ['U+0000', `${id}\0`],
    ['white space', ` ${id}`],
    ['a subject wildcard', '>'],
    ['hyphens only', '----'],
    ['bytes beyond ASCII', Buffer.alloc(32, 0xff).toString('latin1')],
  ])('step 5 already here: an id nobody can be registered under: %s', (_, text) => {
    expect(parseAuthorization(header(`${text}:hash`))).toEqual({ refusal: 'application-unknown' });
  });

  it('the texts are the wire’s, byte for byte', () => {
    expect(Object.values(requestRefusalMessages)).toEqual([
      'Missing authentication header.',
      'Unknown authentication scheme.',
      'Authentication header value is empty.',
      "Authentication header value's format should be 'appId:hash'.",
      'AppId is unknown.',
      'Clock skew of message is outside threshold.',
      'Invalid credentials.',
      'Authentication header has been seen before.',
    ]);
  });
});

describe('contract A.4 accepts', () => {
  it.each(['Basic', 'basic', 'BASIC', '\tBasic', '  basic\t'])('the scheme %j', (scheme) => {
    expect(parseAuthorization(`${scheme} ${encoded(`${id}:${encoded(mac)}`)}  `)).toEqual(held);
  });

  it('the id hyphenated and in capitals, and answers the registered form', () => {
    for (const form of ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', id.toUpperCase(), `-${id}-`]) {
      expect(parseAuthorization(header(`${form}:${encoded(mac)}`))).toEqual(held);
      expect(registeredForm(form)).toBe(id);
    }
  });

  it.each([
    ['not Base64', '!'],
    ['too short', encoded(mac.subarray(1))],
    ['too long', encoded(Buffer.concat([mac, mac.subarray(0, 1)]))],
    ['with a further colon', `${encoded(mac)}:`],
    ['with white space', ` ${encoded(mac)}`],
    ['in hexadecimal', mac.toString('hex')],
  ])('a hash that cannot be a MAC, to be refused at step 8: %s', (_, hash) => {
    expect(parseAuthorization(header(`${id}:${hash}`))).toEqual({ applicationId: id, mac: undefined });
  });
});

describe('a re-encoded header', () => {
  const hash = encoded(mac);
  /** 32 bytes leave two unused bits in the last character, so `c` and the three characters behind it decode alike. */
  const hashes = ['c=', 'd=', 'e=', 'f=', 'c', 'f'].map((end) => hash.replace(/c=$/, end));
  const values = hashes.flatMap((variant) => {
    const value = encoded(`${id}:${variant}`);
    return [value, value.replaceAll('=', '')];
  });

  it.each([...new Set(values)])('%s gives the same id and MAC bytes, which is what replays are told by', (value) => {
    expect(parseAuthorization(`bAsIc \t${value}`)).toEqual(held);
  });
});

describe('any header at all', () => {
  const refusals = Object.keys(requestRefusalMessages).slice(0, 5);

  it('is either refused by the closed list or read into safe values', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const texts = fc.oneof(
      bytes.map((buffer) => buffer.toString('latin1')),
      bytes.map((buffer) => header(buffer)),
      fc.tuple(fc.string({ unit: 'binary' }), bytes).map(([form, hash]) => header(`${form}:${encoded(hash)}`)),
      fc.tuple(fc.uuid(), bytes).map(([form, hash]) => header(Buffer.concat([Buffer.from(`${form}:`), hash]))),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseAuthorization(text);
        if (read.refusal !== undefined) return expect(refusals).toContain(read.refusal);
        expect(read.applicationId).toMatch(/^[0-9a-f]{32}$/);
        expect([undefined, 32]).toContain(read.mac?.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
