import { describe, expect, it } from '@jest/globals';
import { encodeControls } from './logger.js';

describe('a log line (OWASP ASVS 5.0, 16.4.1)', () => {
  it('keeps a logged value on one line and harmless to terminals', () => {
    const line = JSON.stringify({ userId: 'a\r\nb\u001b[2J\u0000\u2028c\u009bd' });
    const encoded = encodeControls(line);
    expect([...encoded].every((character) => character >= ' ' && character !== '\u2028' && character < '\u007f')).toBe(
      true,
    );
    expect(JSON.parse(encoded)).toEqual(JSON.parse(line));
  });
});
