export { ApplicationKey, applicationKey } from './application-key.js';
export { type ClaimedAuthorization, parseAuthorization, registeredForm } from './authorization.js';
export { canonicalRequest, type RequestToSign } from './canonical-request.js';
export { type RequestRefusal, requestRefusalMessages } from './request-refusal.js';
export {
  type Exchange,
  isTimely,
  type ResponseToSign,
  responseHeaders,
  signResponse,
  verifyResponse,
} from './response.js';
export { type RequestForSigning, type SignedRequest, signRequest } from './sign-request.js';
export { formatSignedDate, isWithinSkew, parseSignedDate, type ReceivedHeaders, signedDateOf } from './signed-date.js';
export { type SignedAnswer, type SignedFetchOptions, signedFetch } from './signed-fetch.js';
export { type RequestToVerify, type Tolerances, type VerifiedAs, verifyRequest } from './verify-request.js';
