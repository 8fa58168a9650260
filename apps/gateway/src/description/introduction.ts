import { settings } from '../settings.js';
import { workedRequest } from './worked-request.js';

/** What stands before the endpoints: CommonMark, as OpenAPI has it. */
export function introduction(): string {
  return [WHAT, PATHS, howToSign(), VERIFYING, BODIES, RETRYING, REFUSED].join('\n\n');
}

const WHAT = `Users, passwords and groups of a realm, over signed HTTP. The paths, bodies and texts are those of the SecureAuth Identity
Management API, so that its client libraries work unchanged.

The same document is at [/openapi.json](/openapi.json); this is its page.`;

const PATHS = `## Paths

- \`{realm}\` is the first segment: the name of the realm that the application is registered for.
- \`{version}\` is \`v1\`, \`v2\` or \`v3\`. They are the same, but that \`v1\` tells of a disabled, locked or expired user when a
  password is changed, and \`v2\` and \`v3\` do not.
- A slash at the end makes no difference to where a path leads. It belongs to the path that is signed.
- Each segment is percent-encoded once. A path with an empty segment, \`.\` or \`..\`, an encoded slash, a control character
  or broken encoding is answered 400.
- With a domain before it, a user id names the user \`domain\\user\`, or the user alone where the domain is the realm's own.
- Where a user id does not fit into a path, the query carries it: \`?username=\`, optionally with \`&domain=\`. The query is
  not signed, so it is heard in \`compat\` realms only, unless the realm says otherwise.`;

function howToSign(): string {
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

const answer = workedRequest().answer;
const VERIFYING = `## Verify the answer

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

const longestBody = Number(settings.declarations.REQUEST_BODY_LIMIT_BYTES.default).toLocaleString('en');
const BODIES = `## Bodies

Bodies are JSON in UTF-8, of at most ${longestBody} bytes unless the gateway is set otherwise. \`Content-Type\` is not looked at.
Keys that are not described are ignored; zero bytes are an empty object. Answers are compact JSON, with
\`status\` and \`message\` in every one.

Every outcome that the endpoint knows of is 200, also a negative one, but for a user who is not there: that is 404. So look
at \`status\`. Never 201 or 204.`;

const RETRYING = `## Retrying

Sign anew, with a new date: the same bytes again are refused as a replay. 503 says that the request had no effect, or that
this could not be told: wait as long as \`Retry-After\` says, sign anew, send again.`;

const REFUSED = `## When it is refused

| message | most likely cause |
| --- | --- |
| \`Invalid credentials.\` | another key; its hex digits used instead of its bytes; a body or path that was written again after signing |
| \`Clock skew of message is outside threshold.\` | a clock that is off by more than five minutes; a date header that is missing or of another form |
| \`Authentication header has been seen before.\` | the same bytes twice: sign each request, in milliseconds |
| \`AppId is unknown.\` | not registered, disabled, or registered for another realm than that of the path |
| \`Authentication header value's format should be 'appId:hash'.\` | not base64, or no colon inside |`;
