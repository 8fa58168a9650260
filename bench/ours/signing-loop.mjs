/** P2, ours: all that a gateway does for the signatures of one request, from the headers to the two of the answer. */
import {
  applicationKey,
  formatSignedDate,
  isWithinSkew,
  parseAuthorization,
  parseSignedDate,
  signedDateOf,
  signResponse,
  verifyRequest,
} from '@countersign/signing';
import { answerBody, applicationId, keyText, receivedRequests } from '../load/signed-samples.mjs';
import { serveTightLoop } from '../programs/tight-loop.mjs';

const SKEW_MS = 300_000;
const key = applicationKey(keyText);
const tolerances = { decodedPath: true, latin1Body: false };
const requests = receivedRequests(4_000);

serveTightLoop((position) => {
  const { path, headers } = requests[position % requests.length];
  const claimed = parseAuthorization(headers.authorization);
  const date = signedDateOf(headers);
  const now = Date.now();
  if (!isWithinSkew(parseSignedDate(date), now, SKEW_MS)) throw new Error('clock skewed');
  const request = { method: 'GET', path, date, applicationId, mac: claimed.mac, key, tolerances };
  if (claimed.applicationId !== applicationId || verifyRequest(request) !== 'strict') throw new Error('not verified');
  signResponse({ date: formatSignedDate(now, 'second'), applicationId, body: answerBody, key });
});
