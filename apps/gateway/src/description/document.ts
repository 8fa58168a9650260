import { productVersion } from '@countersign/contracts';
import type { Endpoint } from '../secureauth/endpoint.js';
import { answerHeaders } from './headers.js';
import { introduction } from './introduction.js';
import { openPathItems } from './open-operations.js';
import type { OpenApiDocument } from './openapi.js';
import { parameters } from './parameters.js';
import { elsewhere, ownResponses } from './responses.js';
import { servedBy } from './served.js';
import { sharedResponses, sharedSchemas } from './shared-responses.js';
import { signedPaths } from './signed-operations.js';

/** All that the gateway answers to, as an OpenAPI 3.1 document. Pure: the same endpoints, the same document. */
export function describeApi(endpoints: readonly Endpoint[]): OpenApiDocument {
  const served = servedBy(endpoints);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign',
      version: productVersion,
      summary: 'Users, passwords and groups over signed HTTP.',
      description: introduction(),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    tags,
    paths: { ...signedPaths(served), ...openPathItems },
    components: {
      securitySchemes: { requestSignature },
      parameters,
      headers: answerHeaders,
      responses: { ...sharedResponses, ...Object.assign({}, ...served.map(ownResponses)) },
      schemas: sharedSchemas,
    },
    'x-answers-elsewhere': elsewhere,
  };
}

const tags = [
  { name: 'Users', description: 'Profiles: read, create, change and delete.' },
  { name: 'Passwords', description: 'Reset by an administrator, changed by the user.' },
  { name: 'Groups', description: 'Who is in which group.' },
  { name: 'Open', description: 'Answered without a signature.' },
] as const;

const requestSignature = Object.freeze({
  type: 'http',
  scheme: 'basic',
  description: `Basic credentials that are made anew for each request: the user name is the application id, the password the
base64 of HMAC-SHA256 over method, date, application id, path and body, joined by line feeds, with the 32 bytes of the
application key. The date goes into \`X-SA-Ext-Date\`. Each signature is good for one request, within five minutes.
[How to sign](/docs#how-to-sign) has every value of a worked request.`,
});
