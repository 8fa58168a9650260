import { applicationKey, canonicalRequest, formatSignedDate, signRequest, signResponse } from '@countersign/signing';

/** The application of the published vectors: its key is public, so it is registered nowhere. */
const applicationId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const key = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';
const signedAt = Date.UTC(2020, 0, 31, 9, 5, 7, 42);
const method = 'PUT';
const path = '/demo/api/v1/users/jdoe';
const body = '{"properties":{"firstName":"John"}}';
const answerBody = '{"status":"success","message":""}';

/** A request and its answer with every value between, computed here, so that they cannot be wrong. */
export function workedRequest() {
  const { authorization, dateHeader } = signRequest({
    method,
    path,
    body,
    applicationId,
    key: applicationKey(key),
    date: signedAt,
  });
  const credentials = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
  const date = dateHeader.value;
  const canonical = canonicalRequest({ method, date, applicationId, path, body: Buffer.from(body) }).toString();
  const answerDate = formatSignedDate(signedAt + 1_000, 'second');
  return {
    applicationId,
    key,
    method,
    path,
    body,
    date,
    canonical,
    mac: credentials.slice(applicationId.length + 1),
    authorization,
    answer: {
      body: answerBody,
      date: answerDate,
      canonical: `${answerDate}\n${applicationId}\n${answerBody}`,
      signature: signResponse({ date: answerDate, applicationId, body: answerBody, key: applicationKey(key) }),
    },
  };
}
