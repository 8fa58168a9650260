import { Bus, Messenger } from '@countersign/messaging';
import { createLogger, Metrics } from '@countersign/observability';
import { requestRefusalMessages } from '@countersign/signing';
import { describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ScriptedMessenger } from '../../testing/scripted-messenger.js';
import { dialects } from '../dialects/dialects.js';
import { DialectList, registerRoutes, selectorConstraint } from '../exchange/routes.js';
import { GatewayModule } from '../gateway.module.js';
import { createAdapter } from '../http/fastify-adapter.js';
import { openPaths } from '../http/request-target.js';
import { settings } from '../service.js';
import { describeApi } from './document.js';
import { isReference, type OperationObject, operationsOf, type Response, resolve } from './openapi.js';

const document = describeApi(dialects);
const operations = operationsOf(document);
const signed = operations.filter(({ operation }) => operation.security.length > 0);

@Global()
@Module({})
class NoMessaging {}

/** `PUT /:realm/api/v1/users ?username`, as Fastify has it. */
async function registeredRoutes(): Promise<Set<string>> {
  const routes = new Set<string>();
  const parsed = settings.parse({ NATS_URL: 'nats://nowhere', COUNTERSIGN_PORT: '0' });
  const spoken = new DialectList(dialects);
  const adapter = createAdapter(parsed, spoken.fallback.answers, selectorConstraint(spoken), (target) =>
    spoken.routedSegments(target),
  );
  adapter.getInstance().addHook('onRoute', ({ method, url, constraints }) => {
    const form = Object.hasOwn(constraints ?? {}, 'selector') ? ' ?username' : '';
    for (const path of eachAlternative(url).map(withoutExpressions)) {
      // HEAD goes wherever GET goes and is described with it.
      for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${path}${form}`);
    }
  });
  const providers = [
    { provide: Messenger, useValue: new ScriptedMessenger() },
    { provide: Bus, useValue: { isUp: () => true } },
  ];
  const messaging = { module: NoMessaging, providers, exports: providers };
  const logger = createLogger({ service: 'gateway', level: 'silent' });
  const parts = { settings: parsed, messaging, logger, metrics: new Metrics('gateway') };
  const application = await NestFactory.create(GatewayModule.with(parts, spoken), adapter, { logger: false });
  registerRoutes(adapter.getInstance(), spoken, (_request, _reply, done) => done());
  await application.init();
  await application.close();
  return routes;
}

/** A parameter that may be one of some words, such as a version, stands for each of them. */
function eachAlternative(url: string): readonly string[] {
  const [written = '', words] = /:\w+\(\^\(\?:((?:\w+\|)*\w+)\)\$\)/.exec(url) ?? [];
  return words?.split('|').map((word) => url.replace(written, word)) ?? [url];
}

/** A parameter's regular expression goes; it may hold parentheses itself. */
function withoutExpressions(url: string): string {
  const shorter = url.replace(/\([^()]*\)/g, '');
  return shorter === url ? url : withoutExpressions(shorter);
}

/** The same, as the document has it. */
function describedRoutes(): Set<string> {
  return new Set(
    operations.flatMap(({ path, method, operation }) => {
      return eachVersion(path, operation).flatMap((one) =>
        formsOf(operation).map((form) => `${method.toUpperCase()} ${one.replace(/\{(\w+)\}/g, ':$1')}${form}`),
      );
    }),
  );
}

function eachVersion(path: string, { parameters }: OperationObject): readonly string[] {
  const version = parameters.map((given) => resolve(document, given)).find(({ name }) => name === 'version');
  const words = version?.schema['enum'] as readonly string[] | undefined;
  return words?.map((word) => path.replace('{version}', word)) ?? [path];
}

function formsOf({ parameters }: OperationObject): readonly string[] {
  const username = parameters.map((given) => resolve(document, given)).find(({ name }) => name === 'username');
  if (username === undefined) return [''];
  return username.required ? [' ?username'] : ['', ' ?username'];
}

function responseAt({ operationId, responses }: OperationObject, status: string): Response {
  const response = responses[status];
  if (response === undefined) throw new Error(`${operationId} has no ${status}`);
  return resolve<Response>(document, response);
}

describe('The description of the API', () => {
  it('is an OpenAPI 3.1 document', async () => {
    expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
  });

  it('has every route that the gateway serves, and no other', async () => {
    expect([...describedRoutes()].sort()).toEqual([...(await registeredRoutes())].sort());
  });

  it('names the paths that are open, and asks for a signature on all others', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ path }) => path);
    expect(open.sort()).toEqual([...openPaths].sort());
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has only references that lead somewhere, and no component without a reference', () => {
    const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    for (const name of referred) expect(() => resolve(document, { $ref: `#/components/${name}` })).not.toThrow();
    const { securitySchemes: _, ...components } = document.components;
    const there = Object.entries(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `${kind}/${name}`),
    );
    expect(there.filter((name) => !referred.includes(name))).toEqual([]);
  });

  it('describes each path parameter that a path has, and none that it does not', () => {
    for (const { path, operation } of operations) {
      const named = operation.parameters.map((given) => resolve(document, given)).filter((one) => one.in === 'path');
      expect([path, named.map(({ name }) => `{${name}}`).sort()]).toEqual([
        path,
        (path.match(/\{\w+\}/g) ?? []).sort(),
      ]);
    }
  });
});

describe('The settings that a realm may make for a dialect', () => {
  const ajv = new Ajv2020({ strict: false });
  const schemas = document['x-realm-settings'];

  it('are described for every dialect that the gateway speaks', () => {
    expect(Object.keys(schemas)).toEqual(dialects.map(({ name }) => name));
  });

  it.each([
    ['none', {}, true],
    ['a part of them', { passwordTexts: { resetRefused: 'No.' } }, true],
    ['a value of another type', { supportsGroups: 'yes' }, false],
    ['a text that is too long', { groupNameSuffix: 'x'.repeat(501) }, false],
  ])('take %s as the dialect does', (_what, written, fits) => {
    const [{ name, settings }] = dialects as [(typeof dialects)[number]];
    expect(ajv.validate({ ...schemas[name] }, written)).toBe(fits);
    expect(settings.safeParse(written).success).toBe(fits);
  });
});

describe('The answers', () => {
  it.each(Object.values(requestRefusalMessages))('of every signed operation include 401 "%s"', (message) => {
    for (const { operation } of signed) {
      const { content } = responseAt(operation, '401');
      const bodies = Object.values(content['application/json']?.examples ?? {}).map(({ value }) => value);
      expect(bodies).toContainEqual({ status: 'invalid', message });
    }
  });

  it('of every signed operation include what can become of any request', () => {
    for (const { operation } of signed) {
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['200', '400', '401', '403', '404', '408', '413', '431', '500', '501', '503']),
      );
    }
  });

  it('503 and 401 say when to come back and what is wanted', () => {
    const { Unavailable, Refused } = document.components.responses;
    expect(Unavailable?.headers).toHaveProperty('Retry-After');
    expect(Refused?.headers).toHaveProperty('WWW-Authenticate');
  });

  it('of 200 are never without their signature', () => {
    for (const { operation } of signed) {
      const { headers } = responseAt(operation, '200');
      expect(['X-SA-DATE', 'X-SA-SIGNATURE'].map((name) => headers[name])).toMatchObject([
        { required: true },
        { required: true },
      ]);
    }
  });
});

describe('The examples', () => {
  const ajv = new Ajv2020({ strict: false }).addSchema({ ...document, $id: 'document' }, 'document', false);

  it.each(
    Object.entries(document.components.responses).flatMap(([name, { content }]) =>
      Object.entries(content['application/json']?.examples ?? {}).map(([example, { value }]) => [name, example, value]),
    ),
  )('of %s, %s fits its schema', (name, _example, value) => {
    const at = `document#/components/responses/${String(name)}/content/application~1json/schema`;
    expect([ajv.validate({ $ref: at }, value), ajv.errorsText()]).toEqual([true, 'No errors']);
  });

  it('of bodies fit the schemas of the bodies', () => {
    for (const { path, method, operation } of signed) {
      const { schema = {}, examples = {} } = operation.requestBody?.content['application/json'] ?? {};
      for (const { value } of Object.values(examples)) {
        expect([method, path, ajv.validate(schema, value)]).toEqual([method, path, true]);
      }
    }
  });

  it('of parameters fit the schemas of the parameters', () => {
    for (const { schema, example, name } of Object.values(document.components.parameters)) {
      if (isReference(schema) || example === undefined) continue;
      expect([name, ajv.validate(schema, example)]).toEqual([name, true]);
    }
  });
});
