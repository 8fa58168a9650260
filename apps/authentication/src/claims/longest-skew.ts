/**
 * The largest skew that can be set, seconds. How far ahead dates may have been claimed is judged by it: another replica,
 * or an earlier run, may have allowed more than this one does.
 */
export const longestSkewSeconds = 900;
