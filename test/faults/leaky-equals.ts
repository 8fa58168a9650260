/** How not to compare secrets: it stops at the first difference, and tells by its time where that is. */
export function leakyEquals(one: Buffer, other: Buffer): boolean {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return one.length === other.length;
}
