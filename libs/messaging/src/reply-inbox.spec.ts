import { principals } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerSubjectsOf, askerOf, inboxPrefixOf, isOperatorInbox } from './reply-inbox.js';

describe('who asks (guarantee G10)', () => {
  it('is whose inbox the answer goes to, in the part of the service that is asked', () => {
    expect(askerOf('_INBOX_gateway.directory.x.y.1', 'directory', ['gateway'])).toBe('gateway');
    expect(askerOf('_INBOX_gateway.factors.x.y.1', 'directory', ['gateway'])).toBeUndefined();
    expect(askerOf('_INBOX_gateway.1', 'directory', ['gateway'])).toBeUndefined();
  });

  it('is nobody when that principal may not ask', () => {
    expect(askerOf('_INBOX_listener.directory.x.y.1', 'directory', ['gateway'])).toBeUndefined();
    expect(askerOf('_INBOX_operator.x', 'directory', ['gateway'])).toBeUndefined();
    expect(askerOf('_INBOX.x', 'directory', ['gateway'])).toBeUndefined();
  });

  it("may be an operator at the client's own default inbox", () => {
    for (const reply of ['_INBOX.abc', '_INBOX.abc.def', '_INBOX_operator.abc'])
      expect(askerOf(reply, 'directory', ['operator'])).toBe('operator');
  });

  it.each([
    undefined,
    '',
    '_INBOX_gateway',
    '_INBOX_gateway.directory.',
    '_INBOX_gateway.directory.*',
    '_INBOX_gateway.directory.>',
    '_INBOX_gateway.directory.a b',
    '_INBOX_gateway.directory.a\r\nPUB x 0',
    '_inbox_gateway.directory.a',
    'x_INBOX_gateway.directory.a',
    '$JS.API.STREAM.DELETE.X',
    `_INBOX_gateway.directory.${'a'.repeat(200)}`,
    '_INBOX.*',
    '_INBOX_operator.>',
  ])('is nobody for %j', (reply) => {
    expect(askerOf(reply, 'directory', principals)).toBeUndefined();
  });

  it('is never anybody for a subject outside the inboxes', () => {
    fc.assert(
      fc.property(fc.string(), (reply) => {
        const asker = askerOf(reply, 'directory', principals);
        expect(asker === undefined || reply.startsWith('_INBOX')).toBe(true);
      }),
    );
  });

  it('answers only go where a service is permitted to publish', () => {
    expect(answerSubjectsOf('directory', ['gateway', 'operator'])).toEqual([
      '_INBOX_gateway.directory.>',
      '_INBOX.>',
      '_INBOX_operator.>',
    ]);
    expect(inboxPrefixOf('gateway')).toBe('_INBOX_gateway');
    expect(isOperatorInbox('_INBOX_gateway.directory.x')).toBe(false);
  });
});
