import fc from 'fast-check';
import { encodeControls } from '../../libs/observability/src/logger.js';
import { holds, type Target } from '../target.js';

/** Any value that is logged, as UTF-16. */
export const logLine: Target = {
  name: 'log-line',
  about: 'a line of the log',
  seeds: ['a\r\nb', '\u001b[2J', '\u2028\u2029', '\u009b1m', '\0\u0007', '"}\n{"'].map((text) =>
    Buffer.from(text, 'utf16le'),
  ),
  dictionary: ['\r\n', '\u001b', '\u2028', '\u0085', '"', '\\', '\ud800', '\u202e'],
  inputs: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text, 'utf16le')),
  check: (input) => {
    const text = input.toString('utf16le');
    const line = JSON.stringify({ userId: text, [text]: 1 });
    const written = encodeControls(line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    holds(!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(written), 'one line without control characters');
    holds(JSON.stringify(JSON.parse(written)) === JSON.stringify(JSON.parse(line)), 'that says the same');
  },
};
