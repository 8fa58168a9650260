import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continueTrace, newTrace, traceIdOf } from './trace.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const given = `00-${traceId}-00f067aa0ba902b7-01`;
const shape = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

describe('traceparent (W3C Trace Context, section 3.2)', () => {
  it('is continued: same trace id and flags, another parent id', () => {
    const next = continueTrace(given);
    expect(next).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(next).not.toBe(given);
    expect(continueTrace(given)).not.toBe(next);
  });

  it('of a later version is read as far as version 00 goes', () => {
    expect(traceIdOf(`cc-${traceId}-00f067aa0ba902b7-01-what-comes`)).toBe(traceId);
    expect(continueTrace(`cc-${traceId}-00f067aa0ba902b7-01`)).toMatch(/^00-/);
  });

  it.each([
    undefined,
    '',
    given.toUpperCase(),
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `${given}-extra`,
    `${given}\r\nx: y`,
    ` ${given}`,
    `cc-${traceId}-00f067aa0ba902b7-01-${'x'.repeat(600)}`,
  ])('that does not hold is replaced by a new trace: %j', (bad) => {
    expect(traceIdOf(bad)).toBeUndefined();
    expect(continueTrace(bad)).toMatch(shape);
    expect(continueTrace(bad)).not.toContain(traceId);
  });

  it('is always valid, whatever came', () => {
    fc.assert(fc.property(fc.string(), (text) => shape.test(continueTrace(text))));
    expect(newTrace()).toMatch(shape);
    expect(newTrace()).not.toBe(newTrace());
  });
});
