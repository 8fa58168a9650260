import { principals } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerPrefixOf, answerSubjectsOf, inboxPrefixOf, isInboxOf, isOperatorInbox } from './reply-inbox.js';

const heardBy = (reply: string | undefined) => principals.filter((asker) => isInboxOf(asker, reply, 'directory'));

describe('an answer goes (guarantee G10)', () => {
  it('to the inbox of who asks, in the part of the service that is asked', () => {
    expect(heardBy('_INBOX_gateway.directory.x.y.1')).toEqual(['gateway']);
    expect(heardBy('_INBOX_gateway.factors.x.y.1')).toEqual([]);
    expect(heardBy('_INBOX_gateway.1')).toEqual([]);
  });

  it("to an operator also at the client's own default inbox", () => {
    for (const reply of ['_INBOX.abc', '_INBOX.abc.def', '_INBOX_operator.abc'])
      expect(heardBy(reply)).toEqual(['operator']);
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
  ])('never to %j', (reply) => {
    expect(heardBy(reply)).toEqual([]);
  });

  it('never outside the inboxes, and never to two', () => {
    const prefixed = fc.tuple(
      fc.constantFrom('', '_INBOX.', ...principals.map((one) => answerPrefixOf(one, 'directory'))),
      fc.string(),
    );
    fc.assert(
      fc.property(prefixed, ([prefix, rest]) => {
        const hearers = heardBy(prefix + rest);
        expect(hearers.length).toBeLessThanOrEqual((prefix + rest).startsWith('_INBOX') ? 1 : 0);
      }),
    );
  });

  it('only where a service is permitted to publish', () => {
    expect(answerSubjectsOf('directory', ['gateway', 'operator'])).toEqual([
      '_INBOX_gateway.directory.>',
      '_INBOX.>',
      '_INBOX_operator.>',
    ]);
    expect(inboxPrefixOf('gateway')).toBe('_INBOX_gateway');
    expect(isOperatorInbox('_INBOX_gateway.directory.x')).toBe(false);
  });
});
