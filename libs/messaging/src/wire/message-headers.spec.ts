import { monotonicMs } from '@countersign/clock';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newAskContext } from './ask-context.js';
import { encodeHeaders, type HeaderRecord, readAsked, writeAskHeaders } from './message-headers.js';

const write = (part: Parameters<typeof newAskContext>[0] = {}) => {
  const now = monotonicMs();
  return writeAskHeaders('gateway', newAskContext({ deadlineAt: now + 1_234.5, ...part }), 'demo', now);
};
type Asker = Parameters<typeof readAsked>[1];
const read = (headers: HeaderRecord, caller: Asker = 'gateway', effect: 'none' | 'changes' = 'none') =>
  readAsked(
    { get: (name) => headers[name] },
    caller,
    { at: monotonicMs() - 500, storeAt: 10_000, storeNow: () => 10_600 },
    effect,
  );

describe('headers of an ask', () => {
  it('carry the names of the contract, case kept, and the time left instead of a time of day', () => {
    expect(write({ idempotencyKey: 'k', actor: { kind: 'application', id: 'abc' }, via: { traceId: 't' } })).toEqual({
      traceparent: expect.any(String),
      'Countersign-Realm': 'demo',
      'Countersign-Caller': 'gateway',
      'Countersign-Actor': 'application:abc',
      'Countersign-Via': '{"traceId":"t"}',
      'Countersign-Deadline-Ms': '1234',
      'Countersign-Idempotency-Key': 'k',
    });
  });

  it('carry any actor and door unharmed and in one line each', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(id, id, (actorId, address) => {
        const actor = { kind: 'user', id: actorId } as const;
        const via = { traceId: 't', address };
        const headers = write({ actor, via });
        expect(String(encodeHeaders(headers))).toMatch(/^[\r\n\x20-\x7e]*$/);
        expect(Object.values(headers).join('')).not.toMatch(/[\r\n]/);
        expect(read(headers)).toMatchObject({
          actor,
          via: address.length <= 64 ? via : { traceId: expect.anything() },
        });
      }),
    );
  });

  it('are replaced by defaults when they do not hold', () => {
    const asked = read({
      traceparent: 'x',
      'Countersign-Actor': 'root:me',
      'Countersign-Via': '{"traceId":7}',
      'Countersign-Deadline-Ms': 'soon',
      'Countersign-Idempotency-Key': 'a b',
    });
    expect(asked.actor).toEqual({ kind: 'service', id: 'gateway' });
    expect(asked.traceparent).toMatch(/^00-/);
    expect(asked.via).toEqual({ traceId: asked.traceparent.slice(3, 35) });
    expect(asked.deadlineAt - monotonicMs()).toBeGreaterThan(4_000);
    expect(asked.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('bound a change by when it can have been sent: 3 s, or what its asker allows', () => {
    const bound = (headers: HeaderRecord) => read(headers, 'gateway', 'changes').notAfter;
    expect(bound({})).toBe(13_000);
    expect(bound({ 'Countersign-Deadline-Ms': '7000' })).toBe(17_000);
    for (const not of ['-1', 'never', '1e4', '17.5', ' '])
      expect(bound({ 'Countersign-Deadline-Ms': '7000', 'Countersign-Not-After': not })).toBe(17_000);
  });

  it('bound it by what its first asker says, which knows the clock, and drop it when that is past', () => {
    const asked = (notAfter: string) => read({ 'Countersign-Not-After': notAfter }, 'gateway', 'changes');
    expect(asked('11600').notAfter).toBe(11_600);
    expect(asked('11600').deadlineAt - monotonicMs()).toBeLessThanOrEqual(1_000);
    expect(asked('10599').deadlineAt).toBeLessThanOrEqual(monotonicMs());
  });

  it('hand on the bound of the first asker', () => {
    expect(write({ notAfter: 1_764_448_200_123.4 })).toMatchObject({ 'Countersign-Not-After': '1764448200123' });
  });

  it('give no ask more than a minute', () => {
    expect(read({ 'Countersign-Deadline-Ms': '1e9' }).deadlineAt - monotonicMs()).toBeLessThanOrEqual(60_000);
  });

  it('let an operator or a listener act for itself only', () => {
    const claimed = { 'Countersign-Actor': 'application:abc' };
    expect(read(claimed, 'operator').actor).toEqual({ kind: 'operator', id: 'operator' });
    expect(read(claimed, 'listener').actor).toEqual({ kind: 'service', id: 'listener' });
    expect(read({ 'Countersign-Actor': 'operator:ann' }, 'operator').actor).toEqual({ kind: 'operator', id: 'ann' });
    const other = { 'Countersign-Actor': 'service:authentication' };
    expect(read(other, 'listener').actor).toEqual({ kind: 'service', id: 'listener' });
  });

  it('let a gateway act for applications and users only, and a service for any actor', () => {
    for (const actor of ['application:abc', 'user:ann'])
      expect(read({ 'Countersign-Actor': actor }).actor).toEqual({
        kind: actor.split(':')[0],
        id: actor.split(':')[1],
      });
    for (const actor of ['operator:ann', 'service:authentication'])
      expect(read({ 'Countersign-Actor': actor }).actor).toEqual({ kind: 'service', id: 'gateway' });
    const operator = read({ 'Countersign-Actor': 'operator:ann' }, 'authentication').actor;
    expect(operator).toEqual({ kind: 'operator', id: 'ann' });
  });

  it('cannot be split into two', () => {
    expect(() => encodeHeaders({ a: 'b\r\nc: d' })).toThrow('header a is not printable');
  });
});
