import { describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { signResponse, verifyResponse } from './response.js';

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
