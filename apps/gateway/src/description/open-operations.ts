import type { OperationObject, PathItem, Response } from './openapi.js';

const nothingNew: Response = {
  description: 'You have it: `If-None-Match` names its `ETag`.',
  headers: {},
  content: {},
};

/** What is answered without a credential (`openPaths`). */
export const openPathItems: Readonly<Record<string, PathItem>> = Object.freeze({
  '/': {
    get: operation('root', 'Leads to `/docs`.', 'For a browser that is given the address of the API.', {
      302: { description: 'Go to `/docs`.', headers: {}, content: {} },
    }),
  },
  '/healthz': {
    get: operation('alive', 'Says that the gateway runs.', 'Asks no other service.', {
      200: json('It runs.', { status: { const: 'alive' } }, { status: 'alive' }),
    }),
  },
  '/readyz': {
    get: operation('ready', 'Says whether requests would be served.', 'On the bus, and authentication answers.', {
      200: json('They would.', readiness('ready'), { status: 'ready', checks: { bus: 'up', authentication: 'up' } }),
      503: json('They would not: send them elsewhere.', readiness('not ready'), {
        status: 'not ready',
        checks: { bus: 'up', authentication: 'down' },
      }),
    }),
  },
  '/metrics': {
    get: operation('metrics', 'The metrics of the gateway.', 'In the text format of Prometheus.', {
      200: text('The metrics.', 'text/plain'),
    }),
  },
  '/openapi.json': {
    get: operation('description', 'This document.', 'OpenAPI 3.1. `ETag` is honoured.', {
      200: {
        description: 'The document.',
        headers: {},
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      304: nothingNew,
    }),
  },
  '/docs': {
    get: operation(
      'page',
      'This document as a page.',
      'One page, without scripts and without anything from elsewhere.',
      {
        200: text('The page.', 'text/html'),
        304: nothingNew,
      },
    ),
  },
});

function operation(
  operationId: string,
  summary: string,
  description: string,
  responses: Readonly<Record<string, Response>>,
): OperationObject {
  return { operationId, tags: ['Open'], summary, description, security: [], parameters: [], responses };
}

function readiness(status: string): object {
  return { status: { const: status }, checks: { type: 'object', additionalProperties: { enum: ['up', 'down'] } } };
}

function json(description: string, properties: object, value: object): Response {
  const schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return {
    description,
    headers: {},
    content: { 'application/json': { schema, examples: { answer: { summary: description, value } } } },
  };
}

function text(description: string, type: string): Response {
  return { description, headers: {}, content: { [type]: { schema: { type: 'string' } } } };
}
