import type { Commands } from '../dialect-part.js';
import {
  type Example,
  isReference,
  type JsonSchema,
  type MediaType,
  type Method,
  type OpenApiDocument,
  type OperationObject,
  operationsOf,
  type Parameter,
  type Reference,
  type RequestBody,
  type Response,
  resolve,
} from '../openapi.js';
import { renderLine, renderMarkdown, table } from './markdown.js';
import { html, type Markup } from './markup.js';
import { describeSchema, schemaTable } from './schema-table.js';

/** What is called alike in the document, whatever path, method and form leads to it. */
export interface Endpoint {
  readonly name: string;
  readonly tag: string;
  readonly summary: string;
  readonly ways: readonly Way[];
}

interface Way {
  readonly path: string;
  readonly method: Method;
  readonly operation: OperationObject;
}

/** The endpoints of a document in its order; an operation that serves two is a way to both. */
export function endpointsIn(document: OpenApiDocument): readonly Endpoint[] {
  const endpoints = new Map<string, Way[]>();
  for (const way of operationsOf(document)) {
    for (const name of way.operation['x-endpoints'] ?? [way.operation.operationId]) {
      endpoints.set(name, [...(endpoints.get(name) ?? []), way]);
    }
  }
  return [...endpoints].map(([name, ways]) => {
    const { operation } = mainWay(ways);
    return { name, tag: operation.tags[0] ?? '', summary: operation.summary, ways };
  });
}

/** All of an endpoint: ways to it, what it takes, what it answers. */
export function endpointSection(
  document: OpenApiDocument,
  { name, summary, ways }: Endpoint,
  commands: Commands,
): Markup {
  const { operation } = mainWay(ways);
  const permission = operation['x-permission'];
  return html`<section class="endpoint" id="${name}" aria-labelledby="${name}-title">
<h3 id="${name}-title"><a class="anchor" href="#${name}">${summary.replace(/\.$/, '')}</a></h3>
<ul class="ways">${ways.map((way) => renderWay(document, name, way))}</ul>
${permission === undefined ? undefined : html`<p class="permission">Needs the permission <code>${permission}</code>.</p>`}
${renderMarkdown(withoutSummary(operation))}
${parameterPart(document, ways)}
${bodyPart(operation)}
${commandPart(document, mainWay(ways), commands)}
${answerPart(document, operation)}
</section>`;
}

/** The one that serves nothing else, if there is one. */
function mainWay(ways: readonly Way[]): Way {
  const main = ways.find(({ operation }) => (operation['x-endpoints'] ?? []).length < 2) ?? ways[0];
  if (main === undefined) throw new Error('an endpoint without a way to it');
  return main;
}

function withoutSummary({ description, summary }: OperationObject): string {
  return description.startsWith(summary) ? description.slice(summary.length).trim() : description;
}

/** Of two endpoints at one path the second is the one that a parameter of the query leads to. */
function renderWay(document: OpenApiDocument, name: string, { path, method, operation }: Way): Markup {
  const [first] = operation['x-endpoints'] ?? [name];
  const parameters = operation.parameters.map((given) => resolve(document, given));
  const [leading] = parameters.filter((parameter) => parameter.in === 'query');
  const isLed = leading !== undefined && (leading.required || first !== name);
  return html`<li>${renderMethod(method)} <code>${path}${isLed ? `?${leading.name}=` : ''}</code></li>`;
}

export function renderMethod(method: Method): Markup {
  return html`<b class="method ${method}">${method.toUpperCase()}</b>`;
}

function parameterPart(document: OpenApiDocument, ways: readonly Way[]): Markup | undefined {
  const parameters = new Map<string, Parameter>();
  for (const { operation } of ways) {
    for (const given of operation.parameters) {
      const parameter = resolve(document, given);
      if (parameter.in !== 'header' && !everywhere.has(parameter.name)) {
        parameters.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
  }
  if (parameters.size === 0) return undefined;
  const rows = [...parameters.values()].map((parameter) => [
    html`<code>${parameter.in === 'query' ? '?' : ''}${parameter.name}${parameter.in === 'query' ? '=' : ''}</code>`,
    html`${renderLine(`${describeSchema(parameter.schema)}. ${parameter.description}`)}`,
  ]);
  return html`<h4>Parameters</h4>${table([html`name`, html`value`], rows)}`;
}

/** Explained once, under Paths. */
const everywhere: ReadonlySet<string> = new Set(['realm', 'version']);

function bodyPart({ requestBody }: OperationObject): Markup | undefined {
  if (requestBody === undefined) return undefined;
  const { schema, examples = {} } = contentOf(requestBody);
  return html`<h4>Body${requestBody.required ? undefined : html` <small>may be left out</small>`}</h4>
${schema === undefined ? undefined : schemaTable(schema)}
${Object.values(examples).map(({ value }) => html`<pre><code>${JSON.stringify(value, undefined, 2)}</code></pre>`)}`;
}

function contentOf(body: RequestBody | undefined): Partial<MediaType> {
  return Object.values(body?.content ?? {})[0] ?? {};
}

/** What to type to see it answer in the demo realm. */
function commandPart(
  document: OpenApiDocument,
  { path, method, operation }: Way,
  commands: Commands,
): Markup | undefined {
  const command = commands.get(Object.keys(operation.security[0] ?? {})[0] ?? '');
  if (command === undefined) return undefined;
  const parameters = new Map(
    operation.parameters.map((given) => resolve(document, given)).map((one) => [one.name, one]),
  );
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parameters.get(name)?.example ?? name),
  );
  const [example] = Object.values(contentOf(operation.requestBody).examples ?? {});
  const body = example === undefined ? undefined : JSON.stringify(example.value);
  return html`<h4>Try it</h4>
<pre><code>${command(method.toUpperCase(), target, body)}</code></pre>`;
}

function answerPart(document: OpenApiDocument, { responses, security }: OperationObject): Markup {
  const isSigned = security.length > 0;
  const own = Object.entries(responses).filter(([status, response]) => isOwn(status, response));
  const rows = own.flatMap(([status, response]) => answerRows(status, resolve(document, response)));
  return html`<h4>Answers</h4>${answerTable(rows)}
${own.flatMap(([, response]) => memberTables(resolve(document, response)))}
${isSigned ? html`<p>And the <a href="#answers-of-every-endpoint">answers of every endpoint</a>.</p>` : undefined}`;
}

/** Not one of those that every endpoint of the dialect has. */
function isOwn(status: string, response: Response | Reference): boolean {
  return !isReference(response) || response.$ref.endsWith(`.${status}`);
}

/** What is in those bodies that say more than how it went. */
function memberTables({ content }: Response): readonly Markup[] {
  const { schema = {} }: Partial<MediaType> = content['application/json'] ?? {};
  const schemas = (schema['anyOf'] ?? [schema]) as readonly JsonSchema[];
  return schemas
    .filter(({ properties = {} }) => Object.keys(properties as object).some((name) => !said.has(name)))
    .flatMap((one) => schemaTable(one) ?? [])
    .map((members) => html`<h4>Members of the answer</h4>${members}`);
}

const said: ReadonlySet<string> = new Set(['status', 'message', 'userId', 'user_id']);

/** A response's rows: one for each body that it can have. */
export function answerRows(status: string, response: Response): readonly (readonly Markup[])[] {
  const [content] = Object.entries(response.content);
  const examples: readonly Example[] = Object.values(content?.[1].examples ?? {});
  if (examples.length === 0) {
    return [[html`${status}`, html`${content?.[0] ?? 'no body'}`, html`${renderLine(response.description)}`]];
  }
  return examples.map(({ summary, value }) => [
    html`${status}`,
    html`<code class="body">${JSON.stringify(value)}</code>`,
    html`${renderLine(sentenceOf(summary))}`,
  ]);
}

export function answerTable(rows: readonly (readonly Markup[])[]): Markup {
  return table([html`HTTP`, html`body`, html`when`], rows, 'answers');
}

function sentenceOf(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`.replace(/\.$/, '');
}
