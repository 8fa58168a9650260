// The page of the signed API, from its OpenAPI document.
const methods = ['get', 'put', 'post', 'delete'];

/**
 * @param {object} document OpenAPI
 * @param {(head: string[], rows: string[][]) => string} table
 * @returns {string} Markdown
 */
export function apiReference(document, table) {
  const endpoints = endpointsOf(document);
  const shared = Object.entries(document['x-answers-elsewhere']).flatMap((answer) => answerRows(document, answer));
  const parts = document.tags.map(({ name, description }) => {
    const here = endpoints.filter(({ tag }) => tag === name);
    return `## ${name}\n\n${description}\n\n${here.map((endpoint) => part(document, endpoint, table)).join('\n\n')}`;
  });
  return [
    'A running gateway has the same at `/docs`, with parameters, bodies and how to sign, and as OpenAPI 3.1 at `/openapi.json`. [Sign a request](../guides/sign-a-request.md) says how requests are signed; [examples/bruno](../../examples/bruno) is a collection that does it. `{version}` is `v1`, `v2` or `v3`; a slash at the end makes no difference. Answers name the user as the request did, here `jdoe`.',
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
      endpoint.ways.push({ method: method.toUpperCase(), path: path + queryOf(operation) });
      endpoints.set(name, endpoint);
    }
  }
  return [...endpoints.values()];
}

function queryOf({ parameters }) {
  return parameters.some(({ $ref }) => $ref?.endsWith('/username')) ? '?username=' : '';
}

function overview(endpoints, table) {
  const rows = endpoints.flatMap(({ operation, ways }) =>
    ways.map(({ method, path }) => [method, code(path), titleOf(operation), permissionOf(operation)]),
  );
  return table(['method', 'path', 'what it does', 'permission'], rows);
}

function part(document, { operation, ways }, table) {
  const own = Object.entries(operation.responses).filter(([, { $ref }]) => $ref === undefined || $ref.includes('.'));
  const notes = operation.description.slice(operation.summary.length).trim();
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
