import { productVersion } from '@countersign/contracts';
import type { DescribedDialect } from './described-dialect.js';
import { DialectPart } from './dialect-part.js';
import { pathsOf } from './endpoint-operations.js';
import { answerHeaders } from './headers.js';
import { asWritten } from './json-schema.js';
import { openPathItems } from './open-operations.js';
import type { OpenApiDocument } from './openapi.js';
import { parameterComponents } from './parameters.js';
import { elsewhereOf, ownResponses, sharedComponents } from './responses.js';
import { wordsOf } from './scheme-words.js';
import { servedBy } from './served.js';

type Components = OpenApiDocument['components'];

/**
 * All that the gateway answers to, as an OpenAPI 3.1 document. Pure: the same dialects, the same document.
 * @throws Error without a dialect
 */
export function describeApi(dialects: readonly DescribedDialect[]): OpenApiDocument {
  const parts = dialects.map((dialect, index) => new DialectPart(dialect, index));
  const [first] = parts;
  if (first === undefined) throw new Error('a gateway without a dialect has no API');
  const { summary } = first.dialect.description;
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign',
      version: productVersion,
      summary,
      description: dialects.map(({ description }) => description.introduction).join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    tags: [...parts.flatMap(tagsIn), openTagOf(first)],
    paths: { ...Object.assign({}, ...parts.map(pathsIn)), ...openPathItems },
    components: merged(parts.map(componentsOf)),
    'x-answers-elsewhere': elsewhereOf(first),
    'x-realm-settings': Object.fromEntries(dialects.map(({ name, settings }) => [name, asWritten(settings)])),
  };
}

function openTagOf({ dialect }: DialectPart) {
  return { name: 'Open', description: wordsOf(dialect.description.scheme).open };
}

function tagsIn(part: DialectPart) {
  return part.dialect.description.tags.map(({ name, description }) => ({ name: part.tagOf(name), description }));
}

function pathsIn(part: DialectPart) {
  return pathsOf(part, servedBy(part.dialect.endpoints));
}

function componentsOf(part: DialectPart): Components {
  const { scheme } = part.dialect.description;
  const served = servedBy(part.dialect.endpoints);
  const { responses, schemas } = sharedComponents(part);
  const own = Object.assign({}, ...served.map((one) => ownResponses(part, one)));
  return {
    securitySchemes: part.components({ [scheme.name]: scheme.securityScheme }),
    parameters: part.components(parameterComponents(part, served)),
    headers: part.components(answerHeaders(part.dialect)),
    responses: part.components({ ...responses, ...own }),
    schemas: part.components(schemas),
  };
}

function merged(all: readonly Components[]): Components {
  return {
    securitySchemes: Object.assign({}, ...all.map(({ securitySchemes }) => securitySchemes)),
    parameters: Object.assign({}, ...all.map(({ parameters }) => parameters)),
    headers: Object.assign({}, ...all.map(({ headers }) => headers)),
    responses: Object.assign({}, ...all.map(({ responses }) => responses)),
    schemas: Object.assign({}, ...all.map(({ schemas }) => schemas)),
  };
}
