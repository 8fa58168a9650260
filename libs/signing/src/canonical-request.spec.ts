import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalRequest, type RequestToSign } from './canonical-request.js';

const parts = { method: 'GET', date: 'D', applicationId: 'A', path: '/p' };

describe('contract A.1, the canonical request', () => {
  it('is the list of its parts, parted by single line feeds', () => {
    expect(canonicalRequest({ ...parts, body: Buffer.from('B') }).toString()).toBe('GET\nD\nA\n/p\nB');
  });

  it('ends with the path if there is no body, or an empty one', () => {
    expect(canonicalRequest(parts).toString()).toBe('GET\nD\nA\n/p');
    expect(canonicalRequest({ ...parts, body: Buffer.alloc(0) }).toString()).toBe('GET\nD\nA\n/p');
  });

  it('holds the body byte for byte, whatever it is', () => {
    const body = Buffer.from([0, 10, 13, 0xff, 0xc3]);
    expect(canonicalRequest({ ...parts, body })).toEqual(Buffer.concat([Buffer.from('GET\nD\nA\n/p\n'), body]));
  });

  it.each(['method', 'date', 'applicationId', 'path'])('refuses a line feed in the %s', (part) => {
    expect(() => canonicalRequest({ ...parts, [part]: 'a\nb' })).toThrow(RangeError);
  });

  it('is another for every other request', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\n'));
    const body = fc.uint8Array({ max: 12, min: 8, maxLength: 4 }).map((bytes) => Buffer.from(bytes));
    const request = fc.record({ method: line, date: line, applicationId: line, path: line, body });
    const asText = (made: RequestToSign) => JSON.stringify({ ...made, body: made.body?.toString('hex') });
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(canonicalRequest(one).equals(canonicalRequest(other))).toBe(asText(one) === asText(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('can be taken apart again, which is why it is another for every other request', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.tuple(line, line, line, line), fc.uint8Array({ minLength: 1 }), (lines, bytes) => {
        const [method, date, applicationId, path] = lines;
        const canonical = canonicalRequest({ method, date, applicationId, path, body: Buffer.from(bytes) });
        const cut = canonical.toString('latin1').split('\n');
        const head = cut.slice(0, 4).map((text) => Buffer.from(text, 'latin1').toString());
        expect(head).toEqual(lines);
        expect(Buffer.from(cut.slice(4).join('\n'), 'latin1')).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
