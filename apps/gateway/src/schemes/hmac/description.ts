import type { RequestRefusal } from '@countersign/signing';
import type { SchemeDescription } from '../../description/described-dialect.js';
import type { Answer } from '../../http/answer.js';

const signedDate = '^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$';

/** When each refusal is given, in the order in which they are looked for. One without a line here does not compile. */
const whenRefused: Readonly<Record<RequestRefusal, string>> = Object.freeze({
  'header-missing': 'No `Authorization` header.',
  'scheme-unknown': 'The scheme is not `Basic`.',
  'value-empty': 'Nothing follows the scheme.',
  'format-wrong': 'The value is not base64, or no `id:signature` is inside.',
  'application-unknown': 'The application is not registered, is disabled, or belongs to another realm.',
  'clock-skewed': 'The date is missing, of another form, or too far from now.',
  'credentials-invalid': 'The signature is not that of this request by a key of the application.',
  'seen-before': 'The same signature was used before.',
});

/** The scheme as the API description shows it. @param refusals in the words of the dialect that trusts it */
export function describeHmac(refusals: Readonly<Record<RequestRefusal, Answer>>): SchemeDescription {
  const reasons = Object.keys(whenRefused) as RequestRefusal[];
  return {
    name: 'requestSignature',
    securityScheme: {
      type: 'http',
      scheme: 'basic',
      description: `Basic credentials that are made anew for each request: the user name is the application id, the password the
base64 of HMAC-SHA256 over method, date, application id, path and body, joined by line feeds, with the 32 bytes of the
application key. The date goes into \`X-SA-Ext-Date\`. Each signature is good for one request, within five minutes.
[How to sign](/docs#how-to-sign) has every value of a worked request.`,
    },
    requestHeaders: {
      signedDate: {
        name: 'X-SA-Ext-Date',
        in: 'header',
        required: false,
        description:
          'The date that is signed, in milliseconds: `ddd, dd MMM yyyy HH:mm:ss.fff GMT`. Left out only by clients that send `X-SA-Date` or `Date` instead, to the second.',
        schema: { type: 'string' },
        example: 'Fri, 31 Jan 2020 09:05:07.042 GMT',
      },
    },
    answerHeaders: {
      'X-SA-DATE': {
        description: 'When the answer was signed; the first part of what its signature covers.',
        required: false,
        schema: { type: 'string', pattern: signedDate },
        example: 'Fri, 31 Jan 2020 09:05:07 GMT',
      },
      'X-SA-SIGNATURE': {
        description: 'Base64 of HMAC-SHA256 over `X-SA-DATE`, application id and body, joined by line feeds.',
        required: false,
        schema: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
        example: 'N3OS61mcHk/flWvD6qG3qL867IvtdmcCT2wP3uu5klo=',
      },
    },
    refused: 'The signature is refused. From the sixth on there is a key to sign the answer with.',
    refusals: reasons.map((name) => ({ name, when: whenRefused[name], answer: refusals[name] })),
    words: {
      when: {
        requestUnreadable: 'What came is not HTTP. The connection ends; nothing is signed.',
        conflict: 'The same signature is being used for another request.',
        timedOut: 'The request did not arrive whole in time. The connection ends; nothing is signed.',
        headersTooLarge: 'The headers are larger than 16 KiB. The connection ends; nothing is signed.',
        unavailable: 'The replay store, a service or its database is not reachable, or does not answer in time.',
        recovering:
          'The replay store cannot tell whether the signature was used: it has lost its memory, or its clock is wrong.',
      },
      unavailable: 'Not now. Nothing was acknowledged: wait, sign anew, send again.',
      retryAfter: 'Seconds to wait before the request is signed anew and sent again.',
      open: 'Answered without a signature.',
    },
    command: (method, target, body) =>
      `npx countersign request ${method} ${target}${body === undefined ? '' : ` -d '${body.replaceAll("'", "'\\''")}'`}`,
  };
}
