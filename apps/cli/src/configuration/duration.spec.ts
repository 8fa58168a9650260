import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration, parseTimeout } from './duration.js';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is %i milliseconds', (text, ms) => {
    expect(parseDuration(text, '--overlap')).toBe(ms);
  });

  it.each(['30', '', 's', '1.5h', '-1s', '1 s', '1S', '1w', '1e3s', '１s', '367d', '99999999999s'])(
    '%p is refused, naming the option',
    (text) => {
      expect(() => parseDuration(text, '--overlap')).toThrow(/--overlap/);
    },
  );

  it('is refused or a whole number of milliseconds, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let ms: number;
        try {
          ms = parseDuration(text, '--overlap');
        } catch {
          return;
        }
        expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });
});

describe('a deadline', () => {
  it('cannot be nothing', () => {
    expect(() => parseTimeout('0', '--timeout')).toThrow(/--timeout 0/);
    expect(() => parseTimeout('0s', '--timeout')).toThrow();
    expect(parseTimeout('1ms', '--timeout')).toBe(1);
  });
});
