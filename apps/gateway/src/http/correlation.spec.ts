import { describe, expect, it } from '@jest/globals';
import { correlate } from './correlation.js';

describe('correlation', () => {
  it('gives each request a trace of its own (W3C Trace Context, section 3.2)', () => {
    const traces = new Set(Array.from({ length: 1_000 }, () => correlate(undefined).traceparent));
    expect(traces.size).toBe(1_000);
    for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
  it('takes a sane name of the caller for the log', () => {
    expect(correlate('order-17:a/b').requestId).toBe('order-17:a/b');
  });
  it.each(['', 'a b', 'a\nb', '\u001b[31m', 'x'.repeat(129), 'é', ['a', 'b'], undefined])('but not %p', (given) => {
    const { requestId, traceId } = correlate(given);
    expect(requestId).toBe(traceId);
  });
});
