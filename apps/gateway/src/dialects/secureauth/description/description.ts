import type { ProblemCode } from '@countersign/contracts';
import type { DialectDescription, ProblemAnswer } from '../../../description/described-dialect.js';
import { asWritten, type JsonSchema, text } from '../../../description/json-schema.js';
import type { Endpoint } from '../../../exchange/endpoint.js';
import { describeHmac } from '../../../schemes/hmac/description.js';
import { type AnswerText, refusalAnswers } from '../answer-texts.js';
import { endpointNamed } from '../endpoints.js';
import { textFor } from '../problem-answers.js';
import { realmText, secureauthSettings } from '../settings.js';
import { introduction } from './introduction.js';
import { parameters } from './parameters.js';

export const description: DialectDescription = Object.freeze({
  summary: 'Users, passwords and groups over signed HTTP.',
  introduction: introduction(),
  tags: [
    { name: 'Users', description: 'Profiles: read, create, change and delete.' },
    { name: 'Passwords', description: 'Reset by an administrator, changed by the user.' },
    { name: 'Groups', description: 'Memberships of groups.' },
  ],
  parameters,
  scheme: describeHmac(refusalAnswers),
  statuses: {
    200: 'Every outcome that the endpoint knows of; `status` says which.',
    404: 'There is no such user, or nothing is here.',
  },
  conventions:
    '`{version}` is `v1`, `v2` or `v3`; a slash at the end makes no difference. Answers name the user as the request did, here `jdoe`.',

  problemAt(endpoint: Endpoint, code: ProblemCode): ProblemAnswer {
    const words = textFor(code, endpointNamed(endpoint.name));
    if (typeof words !== 'function') return problemAnswer(words, { const: words.message });
    const note = 'The text is a setting of the realm, empty unless set.';
    return { ...problemAnswer(words(noTexts), { type: 'string', ...textSchema }), note };
  },
});

const noTexts = secureauthSettings.parse({});

/** Limits of the texts that a realm may set. */
const textSchema = asWritten(realmText);

/** The user is repeated as the request named it, and left out where the request named none that can be repeated. */
function problemAnswer({ http, status, message, names }: AnswerText, messageSchema: JsonSchema): ProblemAnswer {
  return {
    http,
    schema: {
      type: 'object',
      properties: {
        status: { const: status },
        message: messageSchema,
        ...(names === undefined ? {} : { [names]: text }),
      },
      required: ['status', 'message'],
      additionalProperties: false,
    },
    example: { status, message, ...(names === undefined ? {} : { [names]: 'jdoe' }) },
  };
}
