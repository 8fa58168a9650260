/**
 * The names of the headers that carry what is signed, as the vendor's client libraries have them on the wire (contracts A
 * and B). Clients need them as the gateway does, so they stand in this library, and in no other file of it.
 */

/** Headers that may carry the date of a request, by precedence. A proxy may add or rewrite the last (contract A.2). */
export const requestDateHeaders = Object.freeze(['x-sa-ext-date', 'x-sa-date', 'date'] as const);

/** The headers in which `signRequest` dates a request, by the precision of the date. */
export const signedDateHeaders = Object.freeze({ millisecond: 'X-SA-Ext-Date', second: 'X-SA-Date' } as const);

/** The two headers that make an answer a signed one (contract B). */
export const responseHeaders = Object.freeze({ date: 'X-SA-DATE', signature: 'X-SA-SIGNATURE' } as const);
