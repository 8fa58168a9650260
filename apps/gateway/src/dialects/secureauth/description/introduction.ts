import { howToSign, verifying } from '../../../schemes/hmac/how-to-sign.js';
import { settings } from '../../../settings.js';

/** What stands before the endpoints: CommonMark, as OpenAPI has it. */
export function introduction(): string {
  return [WHAT, PATHS, howToSign(), verifying(), BODIES, RETRYING, REFUSED].join('\n\n');
}

const WHAT = `Users, passwords and groups of a realm, over signed HTTP. The paths, bodies and texts are those of the SecureAuth Identity
Management API, so that its client libraries work unchanged.

The same document is at [/openapi.json](/openapi.json); this is its page.`;

const PATHS = `## Paths

- \`{realm}\` is the first segment: the name of the realm that the application is registered for.
- \`{version}\` is \`v1\`, \`v2\` or \`v3\`. They are the same, but that \`v1\` tells of a disabled or locked user when a password
  is changed, and \`v2\` and \`v3\` do not.
- A slash at the end makes no difference to where a path leads. It belongs to the path that is signed.
- \`HEAD\` goes where \`GET\` goes, and is signed as \`HEAD\`. The answer is that of \`GET\` without its body; it is signed
  over zero bytes.
- Each segment is percent-encoded once; a slash in a name is \`%2F\`. A path with an empty segment, \`.\` or \`..\`, a control
  character or broken encoding is answered 400.
- With a domain before it, a user id names the user \`domain\\user\`, or the user alone where the domain is the realm's own. So
  does \`domain%5Cuser\`, and a body with \`domain\` beside the user id.
- Where a user id does not fit into a path, the query carries it: \`?username=\`, optionally with \`&domain=\`. The query is
  not signed, so it is heard in \`compat\` realms only, unless the realm says otherwise.`;

const longestBody = Number(settings.declarations.REQUEST_BODY_LIMIT_BYTES.default).toLocaleString('en');
const BODIES = `## Bodies

Bodies are JSON in UTF-8, of at most ${longestBody} bytes unless the gateway is set otherwise. \`Content-Type\` is not looked at.
Keys that are not described are ignored; zero bytes are an empty object. Answers are compact JSON, with
\`status\` and \`message\` in every one.

Every outcome that the endpoint knows of is 200, also a negative one, but for a user that does not exist: that is 404. So look
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
