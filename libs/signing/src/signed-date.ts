import { requestDateHeaders } from './headers.js';

/** The shape of Node's `IncomingHttpHeaders`: lower-case names, repeated headers joined by a comma or kept as a list. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The date that a request is signed with: the value of the first of the date headers that the request has, without outer
 * white space. A proxy may add or rewrite the last of them, so it never overrules the others (contract A.2).
 * It is both what was signed and what is checked for skew; a value that turns out wrong is never replaced by that of
 * another header. A repeated header is joined, so that it parses as no date.
 *
 * @returns undefined for a request without a date header
 */
export function signedDateOf(headers: ReceivedHeaders): string | undefined {
  for (const name of requestDateHeaders) {
    const value = headers[name];
    if (value !== undefined) return withoutOuterSpace(typeof value === 'string' ? value : value.join(', '));
  }
  return undefined;
}

/**
 * Reads `ddd, dd MMM yyyy HH:mm:ss GMT`, or the same with `.fff` behind the seconds (contract A.2).
 * English abbreviations, exactly so many digits, the literal `GMT`. The weekday need not fit the date; the date must be
 * in the calendar. No leap second, no hour 24.
 *
 * @returns milliseconds since the epoch, or undefined
 */
export function parseSignedDate(text: string): number | undefined {
  if (text.length !== SECOND_LENGTH && text.length !== MILLISECOND_LENGTH) return undefined;
  if (!GRAMMAR.test(text)) return undefined;
  const month = MONTHS.indexOf(text.slice(8, 11));
  const year = twoDigits(text, 12) * 100 + twoDigits(text, 14);
  const day = twoDigits(text, 5);
  if (day > daysIn(month, year)) return undefined;
  const fraction = text.length === MILLISECOND_LENGTH ? Number(text.slice(26, 29)) : 0;
  const [hour, minute, second] = [twoDigits(text, 17), twoDigits(text, 20), twoDigits(text, 23)];
  return Date.UTC(year + 400, month, day, hour, minute, second, fraction) - FOUR_CENTURIES_MS;
}

/**
 * Writes the same form, with or without the milliseconds.
 *
 * @param ms whole milliseconds since the epoch
 * @throws RangeError outside of the years 0000 to 9999, which is all the form can hold
 */
export function formatSignedDate(ms: number, precision: 'second' | 'millisecond'): string {
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw new RangeError(`date outside of the years 0 to 9999, found ${ms} ms`);
  const fraction = ((ms % 1_000) + 1_000) % 1_000;
  const seconds = formatSeconds(ms - fraction);
  if (precision === 'second') return seconds;
  return `${seconds.slice(0, 25)}.${String(Math.floor(fraction)).padStart(3, '0')} GMT`;
}

/** True if the signed date is no further from now than the skew, on either side, the edge included (contract A.4). */
export function isWithinSkew(signedAtMs: number, nowMs: number, skewMs: number): boolean {
  return Math.abs(nowMs - signedAtMs) <= skewMs;
}

const SECOND_LENGTH = 'ddd, dd MMM yyyy HH:mm:ss GMT'.length;
const MILLISECOND_LENGTH = 'ddd, dd MMM yyyy HH:mm:ss.fff GMT'.length;
const GRAMMAR =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?:0[1-9]|[12][0-9]|3[01]) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})? GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The calendar repeats after 400 years. `Date.UTC` takes the years 0 to 99 for 1900 to 1999; so it gets later ones. */
const FOUR_CENTURIES_MS = 146_097 * 86_400_000;
const FIRST_MS = Date.UTC(400, 0, 1) - FOUR_CENTURIES_MS;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Space and tab only (RFC 9110 section 5.6.3). No regular expression, which would look for the end of every run of
 * spaces inside: with 16 KiB of them, from anybody, that takes most of a second.
 */
function withoutOuterSpace(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value[start])) start += 1;
  while (end > start && isSpace(value[end - 1])) end -= 1;
  return value.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function daysIn(month: number, year: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 1 && isLeapYear ? 29 : (DAYS[month] ?? 0);
}

function twoDigits(text: string, at: number): number {
  return Number(text.slice(at, at + 2));
}

/** The second last written: a busy gateway dates thousands of answers with it. */
let latest = { ms: Number.NaN, text: '' };

function formatSeconds(ms: number): string {
  if (latest.ms !== ms) latest = { ms, text: new Date(ms).toUTCString() };
  return latest.text;
}
