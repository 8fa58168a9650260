import { applicationKey, canonicalRequest, formatSignedDate, signRequest, signResponse } from '@countersign/signing';

/** The application of the published vectors: its key is public, so it is registered nowhere. */
const applicationId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const key = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';
const signedAt = Date.UTC(2020, 0, 31, 9, 5, 7, 42);
const method = 'PUT';
const path = '/demo/api/v1/users/jdoe';
const body = '{"properties":{"firstName":"John"}}';
const answerBody = '{"status":"success","message":""}';

/** The part of an introduction that tells callers how to sign a request: CommonMark. */
export function howToSign(): string {
  const { applicationId, key, canonical, mac, date, authorization } = workedRequest();
  return `## How to sign

Join these with one line feed (byte 0x0A) between them, none at the start or the end:

1. the method, in upper case
2. the value of the date header, character by character
3. the application id: 32 lower-case hex digits, no hyphens
4. the path as it stands on the request line, percent-encoding kept, without host and query
5. the bytes of the body; left out, together with its line feed, where there are none

The signature is the base64 of HMAC-SHA256 over that text. Its key is the 32 bytes that the 64 hex digits of the
application key stand for. The request carries:

| header | value |
| --- | --- |
| \`Authorization\` | \`Basic \` and base64( application id, \`:\`, signature ) |
| \`X-SA-Ext-Date\` | \`ddd, dd MMM yyyy HH:mm:ss.fff GMT\`, within five minutes of the gateway's clock |

\`X-SA-Date\` or \`Date\`, to the second, are taken too; the first present of \`X-SA-Ext-Date\`, \`X-SA-Date\`, \`Date\` counts. A
signature is accepted once: two equal requests need two dates, so send milliseconds.

### A worked request

The application of these values is registered nowhere; its id is \`${applicationId}\`, its key
\`${key}\`. The text that is signed:

\`\`\`text
${canonical}
\`\`\`

The signature is \`${mac}\`, so the headers are:

\`\`\`text
X-SA-Ext-Date: ${date}
Authorization: ${authorization}
\`\`\`

On a machine that runs Countersign, \`npx countersign request GET /demo/api/v1/users/jdoe --explain\` shows each step for a
request of your own. The guide is \`docs/guides/sign-a-request.md\` of the repository; \`examples/\` has clients, and a
Bruno collection that signs.`;
}

/** The part that tells callers how to verify an answer. */
export function verifying(): string {
  const { answer } = workedRequest();
  return `## Verify the answer

An answer to a known application is signed with the same key. Join these with line feeds, and compare the base64 of their
HMAC-SHA256 with \`X-SA-SIGNATURE\`, before anything is parsed:

1. the value of \`X-SA-DATE\`
2. the application id
3. the bytes of the body, as they came; the line feed before it stays if it is empty

\`\`\`text
${answer.canonical}
\`\`\`

gives \`${answer.signature}\` with the key above. Then compare \`X-SA-DATE\` with your clock. The
signature covers neither the status code nor any other header, and does not say which request it answers: judge by the
\`status\` in the body. Refusals for which no application could be told carry no signature, as there is no key.`;
}

/** A request and its answer with every value between, computed here, so that they cannot be wrong. */
function workedRequest() {
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
