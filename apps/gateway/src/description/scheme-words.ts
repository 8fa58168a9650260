import type { GeneralOutcome } from '../http/answer.js';

/** Texts about any request, which a credential scheme may say in its own words. */
export interface SchemeWords {
  /** When each answer that belongs to no endpoint is given. */
  readonly when: Readonly<Record<GeneralOutcome, string>>;
  /** What an answer of 503 means, and what to do. */
  readonly unavailable: string;
  readonly retryAfter: string;
  /** How the open paths are answered. */
  readonly open: string;
}

export type OwnWords = Partial<Omit<SchemeWords, 'when'>> & { readonly when?: Partial<SchemeWords['when']> };

/** For any scheme. An outcome without a line here does not compile. */
const neutral: SchemeWords = Object.freeze({
  when: {
    targetMalformed: 'The path is not one that everybody reads the same way.',
    valueMalformed: 'A value is longer than allowed, or holds U+0000 or half of a surrogate pair.',
    requestUnreadable: 'What came is not HTTP. The connection ends.',
    methodUnsupported:
      'The path takes other methods, which `Allow` lists: none for CONNECT, as the gateway is no proxy.',
    codingUnsupported: 'The body is compressed.',
    transferUnsupported: 'Transfer-Encoding is anything but chunked. The connection ends.',
    notPermitted: 'The application lacks the permission that the endpoint asks for.',
    notFound: 'Nothing is at this path.',
    conflict: 'The same credential is being used for another request.',
    timedOut: 'The request did not arrive whole in time. The connection ends.',
    tooLarge: 'The body is larger than the gateway is set to take.',
    headersTooLarge: 'The headers are larger than 16 KiB. The connection ends.',
    fault: 'A fault of ours. It stands in the log under the `X-Request-ID` of the answer.',
    unavailable: 'A service or its database is not reachable, or does not answer in time.',
    recovering: 'The gateway cannot tell for a moment whether it has seen a request before.',
    overloaded: 'More requests are under way than the gateway is set to take.',
    closing: 'The gateway is shutting down.',
  },
  unavailable: 'Not now. Nothing was acknowledged: wait, then send again.',
  retryAfter: 'Seconds to wait before the request is sent again.',
  open: 'Answered without a credential.',
});

/** A scheme's own words, and neutral ones where it has none. */
export function wordsOf({ words }: { readonly words?: OwnWords }): SchemeWords {
  return { ...neutral, ...words, when: { ...neutral.when, ...words?.when } };
}
