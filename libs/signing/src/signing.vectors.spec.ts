import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { parseAuthorization } from './authorization.js';
import { canonicalRequest } from './canonical-request.js';
import { signResponse, verifyResponse } from './response.js';
import { signRequest } from './sign-request.js';
import { formatSignedDate, parseSignedDate, signedDateOf } from './signed-date.js';
import { verifyRequest } from './verify-request.js';

interface RequestVector {
  readonly name: string;
  readonly method: string;
  readonly date: string;
  readonly dateHeaders: readonly string[];
  readonly path: string;
  readonly target?: string;
  readonly body?: string;
  readonly canonicalBytes: number;
  readonly macHex?: string;
  readonly c: string;
  readonly d?: string;
  readonly f?: string;
  readonly mustDiffer?: Readonly<
    Partial<Record<'keyAsAscii' | 'trailingLineFeed' | 'decodedPath' | 'latin1Body', string>>
  >;
}

interface ResponseVector {
  readonly name: string;
  readonly date: string;
  readonly body: string;
  readonly canonicalBytes: number;
  readonly macHex: string;
  readonly signature: string;
}

interface Vectors {
  readonly applicationId: string;
  readonly applicationKey: string;
  readonly requests: readonly RequestVector[];
  readonly responses: readonly ResponseVector[];
}

const vectors = JSON.parse(readFileSync(new URL('./signing.vectors.json', import.meta.url), 'utf8')) as Vectors;
const { applicationId } = vectors;
const key = applicationKey(vectors.applicationKey);
const strictly = { decodedPath: false, latin1Body: false };
const tolerantly = { decodedPath: true, latin1Body: true };

function partsOf(vector: RequestVector) {
  const { method, date, path } = vector;
  const body = vector.body === undefined ? undefined : Buffer.from(vector.body);
  return { method, date, path, applicationId, body };
}

function precisionOf(date: string) {
  return date.includes('.') ? ('millisecond' as const) : ('second' as const);
}

function oracle(message: Buffer, secret: Buffer = Buffer.from(vectors.applicationKey, 'hex')): string {
  return createHmac('sha256', secret).update(message).digest('base64');
}

describe.each(vectors.requests)('contract A.8, $name', (vector) => {
  const parts = partsOf(vector);
  const mac = Buffer.from(vector.c, 'base64');

  it('has the canonical bytes of the contract', () => {
    const lines = [vector.method, vector.date, applicationId, vector.path];
    const text = vector.body ? [...lines, vector.body].join('\n') : lines.join('\n');
    expect(canonicalRequest(parts).toString()).toBe(text);
    expect(canonicalRequest(parts)).toHaveLength(vector.canonicalBytes);
  });

  it('has the MAC of the contract, also by createHmac', () => {
    expect(oracle(canonicalRequest(parts))).toBe(vector.c);
    expect(mac.toString('hex')).toBe(vector.macHex ?? mac.toString('hex'));
  });

  it('is signed as in the contract', () => {
    const atMs = parseSignedDate(vector.date) ?? Number.NaN;
    const signed = signRequest({ ...parts, key, date: atMs, precision: precisionOf(vector.date) });
    const credentials = `${applicationId}:${vector.c}`;
    expect(signed.authorization).toBe(vector.f ?? `Basic ${Buffer.from(credentials).toString('base64')}`);
    expect(vector.d ?? credentials).toBe(credentials);
    expect(signed.dateHeader.value).toBe(vector.date);
    expect(vector.dateHeaders).toContain(signed.dateHeader.name);
  });

  it('verifies strictly, under each header that may carry its date', () => {
    const claimed = parseAuthorization(
      vector.f ?? `basic ${Buffer.from(`${applicationId}:${vector.c}`).toString('base64')}`,
    );
    expect(claimed).toEqual({ applicationId, mac });
    for (const name of vector.dateHeaders) {
      const date = signedDateOf({ [name.toLowerCase()]: vector.date }) ?? '';
      expect(verifyRequest({ ...parts, date, mac, key, tolerances: strictly })).toBe('strict');
    }
  });

  it('signs no query', () => {
    expect((vector.target ?? vector.path).split('?')[0]).toBe(vector.path);
  });

  it('holds for no other method, date, application, path, body or key', () => {
    const others = [
      { method: 'PATCH' },
      { date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
      { applicationId: '1'.repeat(32) },
      { path: `${vector.path}/` },
      { body: Buffer.from('{}') },
      { key: applicationKey('1'.repeat(64)) },
    ];
    for (const other of others) {
      expect(verifyRequest({ ...parts, mac, key, tolerances: tolerantly, ...other })).toBeUndefined();
    }
  });
});

describe('contract A.8, values that must differ', () => {
  const find = (start: string): RequestVector => {
    const found = vectors.requests.find(({ name }) => name.startsWith(`${start} `));
    if (found === undefined) throw new Error(`no vector ${start}`);
    return found;
  };
  const verified = (vector: RequestVector, mac = '', tolerances = strictly) =>
    verifyRequest({ ...partsOf(vector), mac: Buffer.from(mac, 'base64'), key, tolerances });

  it('V1: the ASCII text of the key is not the key', () => {
    const wrong = find('V1').mustDiffer?.keyAsAscii;
    expect(oracle(canonicalRequest(partsOf(find('V1'))), Buffer.from(vectors.applicationKey))).toBe(wrong);
    expect(verified(find('V1'), wrong, tolerantly)).toBeUndefined();
  });

  it('V1: no line feed follows the path of a request without a body', () => {
    const wrong = find('V1').mustDiffer?.trailingLineFeed;
    expect(oracle(Buffer.concat([canonicalRequest(partsOf(find('V1'))), Buffer.from('\n')]))).toBe(wrong);
    expect(verified(find('V1'), wrong, tolerantly)).toBeUndefined();
  });

  it('V6: the decoded path passes under its tolerance only', () => {
    const decoded = find('V6').mustDiffer?.decodedPath;
    expect(verified(find('V6'), decoded)).toBeUndefined();
    expect(verified(find('V6'), decoded, { decodedPath: false, latin1Body: true })).toBeUndefined();
    expect(verified(find('V6'), decoded, { decodedPath: true, latin1Body: false })).toBe('decoded-path');
  });

  it('V10: the Latin-1 body passes under its tolerance only', () => {
    const latin1 = find('V10').mustDiffer?.latin1Body;
    expect(verified(find('V10'), latin1)).toBeUndefined();
    expect(verified(find('V10'), latin1, { decodedPath: true, latin1Body: false })).toBeUndefined();
    expect(verified(find('V10'), latin1, { decodedPath: false, latin1Body: true })).toBe('latin-1-body');
  });
});

describe.each(vectors.responses)('contract B, $name', ({ date, body, canonicalBytes, macHex, signature }) => {
  it('has the bytes and the MAC of the contract', () => {
    const canonical = Buffer.from([date, applicationId, body].join('\n'));
    expect(canonical).toHaveLength(canonicalBytes);
    expect(oracle(canonical)).toBe(signature);
    expect(Buffer.from(signature, 'base64').toString('hex')).toBe(macHex);
  });

  it('is signed and verified as in the contract, whether text or bytes', () => {
    expect(signResponse({ date, applicationId, body, key })).toBe(signature);
    expect(signResponse({ date, applicationId, body: Buffer.from(body), key })).toBe(signature);
    expect(verifyResponse({ date, applicationId, body, key, signature })).toBe(true);
  });

  it('carries a date of second precision', () => {
    expect(formatSignedDate(parseSignedDate(date) ?? Number.NaN, 'second')).toBe(date);
  });
});
