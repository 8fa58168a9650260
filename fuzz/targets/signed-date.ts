import fc from 'fast-check';
import { formatSignedDate, parseSignedDate, signedDateOf } from '../../libs/signing/src/signed-date.js';
import { holds, type Target } from '../target.js';

const plain = 'Wed, 08 Apr 2015 21:37:33 GMT';
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** The date that a request is signed with. */
export const signedDate: Target = {
  name: 'signed-date',
  about: 'X-SA-Ext-Date, X-SA-Date and Date',
  seeds: [plain, 'Wed, 08 Apr 2015 21:37:33.123 GMT', ` \t${plain}\t`, 'Tue, 29 Feb 2000 23:59:59.999 GMT', ''],
  dictionary: ['GMT', 'Feb', '29', '31', '00', '24', '60', '.', ':', ' ', '\t', ', ', '+0000', 'Sun', '٣'],
  inputs: fc
    .tuple(fc.integer({ min: FIRST, max: LAST }), fc.constantFrom('second', 'millisecond'))
    .map(([ms, precision]) => formatSignedDate(ms, precision)),
  check: (input) => {
    const header = input.toString('latin1');
    const text = signedDateOf({ 'x-sa-date': header, date: plain }) ?? '';
    holds(header.includes(text), 'nothing is made up');
    holds(!/^[ \t]|[ \t]$/.test(text), 'outer white space is gone');
    const ms = parseSignedDate(text);
    if (ms === undefined) return;
    holds(ms >= FIRST && ms <= LAST, 'within the years that the form can hold');
    const written = formatSignedDate(ms, text.length > plain.length ? 'millisecond' : 'second');
    holds(written.slice(3) === text.slice(3), `written anew it is the same but for the weekday, found ${written}`);
    const year = Number(text.slice(12, 16));
    // the engine takes years below 100 for others
    if (year >= 100) holds(Date.parse(written) === ms, 'the engine reads the same time');
  },
};
