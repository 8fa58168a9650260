/**
 * Signatures of HTTP requests and answers by HMAC-SHA256 (RFC 2104), both ways and for both sides. {@link canonicalRequest}
 * is the byte string that both sides derive. A client calls {@link signRequest}, or {@link signedFetch}, which sends the
 * request and checks the answer; a server calls {@link verifyRequest} in constant time and {@link signResponse} over the
 * bytes that leave (guarantee G6).
 *
 * A signature that holds says who sent a request and when. It does not say that the request is fresh or was never seen
 * before: that is decided by the claim of the authentication service (guarantee G1). The library needs nothing but Node.
 */
export { ApplicationKey, applicationKey } from './application-key.js';
export { type ClaimedAuthorization, parseAuthorization, registeredForm } from './authorization.js';
export { canonicalRequest, type RequestToSign } from './canonical-request.js';
export { responseHeaders } from './headers.js';
export { type RequestRefusal, requestRefusalMessages } from './request-refusal.js';
export {
  type Exchange,
  isTimely,
  type ResponseToSign,
  signResponse,
  verifyResponse,
} from './response.js';
export { type RequestForSigning, type SignedRequest, signRequest } from './sign-request.js';
export { formatSignedDate, isWithinSkew, parseSignedDate, type ReceivedHeaders, signedDateOf } from './signed-date.js';
export { type SignedAnswer, type SignedFetchOptions, signedFetch } from './signed-fetch.js';
export { type RequestToVerify, type Tolerances, type VerifiedAs, verifyRequest } from './verify-request.js';
