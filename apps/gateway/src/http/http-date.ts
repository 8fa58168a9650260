/** The second last written: a busy gateway dates thousands of answers with it. */
let latest = { second: Number.NaN, text: '' };

/** The value of a `Date` header (RFC 9110 section 5.6.7). */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (latest.second !== second) latest = { second, text: new Date(second * 1_000).toUTCString() };
  return latest.text;
}
