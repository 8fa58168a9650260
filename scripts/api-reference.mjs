// The page of the signed API, from its OpenAPI document.
const methods = ['get', 'put', 'post', 'patch', 'delete'];

/**
 * @param {object} document OpenAPI
 * @param {readonly string[]} conventions of the dialects, a line each
 * @param {(head: string[], rows: string[][]) => string} table
 * @returns {string} Markdown
 */
export function apiReference(document, conventions, table) {
  const endpoints = endpointsOf(document);
  const shared = Object.entries(document['x-answers-elsewhere']).flatMap((answer) => answerRows(document, answer));
  const parts = document.tags.map(({ name, description }) => {
    const here = endpoints.filter(({ tag }) => tag === name);
    return `## ${name}\n\n${description}\n\n${here.map((endpoint) => part(document, endpoint, table)).join('\n\n')}`;
  });
  return [
    'A running gateway has the same at `/docs`, with parameters, bodies and how to sign, and as OpenAPI 3.1 at `/openapi.json`. [Sign a request](../guides/sign-a-request.md) says how requests are signed; [examples/bruno](../../examples/bruno) is a collection that does it. ' +
      conventions.join(' '),
    overview(endpoints, table),
    ...parts,
    `## Answers of every endpoint\n\n${table(['HTTP', 'body', 'when'], shared)}`,
  ].join('\n\n');
}

/** What is called alike, whatever path, method and form leads to it; an operation that serves two is of its first. */
function endpointsOf(document) {
  const endpoints = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods.filter((candidate) => item[candidate])) {
      const operation = item[method];
      const [name = operation.operationId] = operation['x-endpoints'] ?? [];
      const endpoint = endpoints.get(name) ?? { operation, tag: operation.tags[0], ways: [] };
      endpoint.ways.push({ method: method.toUpperCase(), path: path + queryOf(document, operation) });
      endpoints.set(name, endpoint);
    }
  }
  return [...endpoints.values()];
}

/** Of what a query must have. */
function queryOf(document, { parameters }) {
  const required = parameters
    .map((given) => resolve(document, given))
    .filter((one) => one.in === 'query' && one.required);
  return required.map(({ name }, index) => `${index === 0 ? '?' : '&'}${name}=`).join('');
}

function overview(endpoints, table) {
  const rows = endpoints.flatMap(({ operation, ways }) =>
    ways.map(({ method, path }) => [method, code(path), titleOf(operation), permissionOf(operation)]),
  );
  return table(['method', 'path', 'what it does', 'permission'], rows);
}

function part(document, { operation, ways }, table) {
  const own = Object.entries(operation.responses).filter(
    ([status, { $ref }]) => $ref === undefined || $ref.endsWith(`.${status}`),
  );
  const { summary, description } = operation;
  const notes = (description.startsWith(summary) ? description.slice(summary.length) : description).trim();
  const rows = own.flatMap((answer) => answerRows(document, answer));
  return [
    `### ${titleOf(operation)}`,
    ways.map(({ method, path }) => `- ${code(`${method} ${path}`)}`).join('\n'),
    ...(notes === '' ? [] : [notes.startsWith('- ') ? `Notes:\n\n${notes}` : notes]),
    table(['HTTP', 'body', 'when'], rows),
  ].join('\n\n');
}

function answerRows(document, [status, response]) {
  const { content, description } = resolve(document, response);
  const examples = Object.values(content['application/json']?.examples ?? {});
  if (examples.length === 0) return [[status, Object.keys(content)[0] ?? '-', description]];
  return examples.map(({ summary, value }) => [status, code(JSON.stringify(value)), summary]);
}

function titleOf({ summary }) {
  return summary.replace(/\.$/, '');
}

function permissionOf({ 'x-permission': permission }) {
  return permission === undefined ? '-' : code(permission);
}

function code(text) {
  return `\`${text}\``;
}

function resolve(document, given) {
  if (given.$ref === undefined) return given;
  return given.$ref
    .replace('#/', '')
    .split('/')
    .reduce((found, part) => found[part], document);
}
