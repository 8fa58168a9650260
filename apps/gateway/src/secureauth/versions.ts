/** Versions of the dialect; aliases of each other but for account states (secureauth C, D.0). */
export const versions = Object.freeze(['v1', 'v2', 'v3'] as const);

/** v1 reports bad account states to password calls, v2 and v3 do not (secureauth C.4). */
export function reportsAccountState(segments: readonly string[] | undefined): boolean {
  return segments?.[2] === 'v1';
}
