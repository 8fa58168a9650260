/** How not to compare secrets: it stops at the first difference, and tells by its time where that is. */
export function leakyEquals(one: Buffer, other: Buffer): boolean {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return one.length === other.length;
}

/** How not to look for something: for each place it looks at all that follow. */
export function squareWork(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) for (let end = at; end < text.length; end += 1) count += 1;
  return count;
}
