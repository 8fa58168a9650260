import { describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { isTimely, signResponse, verifyResponse } from './response.js';

const key = applicationKey('ab'.repeat(32));
const answer = {
  date: 'Wed, 08 Apr 2015 21:37:33 GMT',
  applicationId: 'a'.repeat(32),
  body: '{"status":"found"}',
  key,
};
const signature = signResponse(answer);

describe('contract B, a signed answer', () => {
  it('holds for what was sent', () => {
    expect(verifyResponse({ ...answer, signature })).toBe(true);
  });

  it.each([
    ['date', { date: 'Wed, 08 Apr 2015 21:37:34 GMT' }],
    ['application', { applicationId: 'b'.repeat(32) }],
    ['body', { body: '{"status":"Found"}' }],
    ['body with a line feed behind', { body: `${answer.body}\n` }],
    ['key', { key: applicationKey('ac'.repeat(32)) }],
  ])('does not hold for another %s', (_, other) => {
    expect(verifyResponse({ ...answer, signature, ...other })).toBe(false);
  });

  it.each(['', 'x', signature.slice(1), `${signature} `, Buffer.alloc(31).toString('base64')])(
    'does not hold by the signature %j',
    (text) => {
      expect(verifyResponse({ ...answer, signature: text })).toBe(false);
    },
  );

  it('keeps the line feed before an empty body', () => {
    expect(signResponse({ ...answer, body: '' })).toBe(key.mac(`${answer.date}\n${answer.applicationId}\n`));
    expect(signResponse({ ...answer, body: Buffer.alloc(0) })).toBe(signResponse({ ...answer, body: '' }));
  });
});

describe('the date of an answer', () => {
  const datedAtMs = Date.parse(answer.date);
  it.each([
    ['within the exchange', -50, 50, true],
    ['at the start of a second in which the request was sent', 999, 1_100, true],
    ['before sending by the skew, and what was rounded off', 10_999, 11_000, true],
    ['before sending by more', 11_000, 11_100, false],
    ['after receiving by the skew', -20_000, -10_000, true],
    ['after receiving by more', -20_000, -10_001, false],
    ['within a long exchange', -60_000, 60_000, true],
  ])('%s', (_, sentMs, receivedMs, timely) => {
    const exchange = { sentAtMs: datedAtMs + sentMs, receivedAtMs: datedAtMs + receivedMs, skewMs: 10_000 };
    expect(isTimely(answer.date, exchange)).toBe(timely);
  });

  it.each(['', 'now', '2015-04-08T21:37:33Z', `${answer.date}, ${answer.date}`])('is none: %j', (text) => {
    expect(isTimely(text, { sentAtMs: datedAtMs, receivedAtMs: datedAtMs, skewMs: Number.MAX_SAFE_INTEGER })).toBe(
      false,
    );
  });
});
