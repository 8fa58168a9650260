// Writes what repeats for each service in the files that deploy them. People write the part of one service, in the file
// itself, between two comments; the parts of the others are copies of it with their names. In the guide it writes the
// commands that name every service.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The service whose part people write. */
const model = 'authentication';
const begin = /^[ \t]*# each service, like authentication: npm run docs writes the others$/;
const end = /^[ \t]*# end of each service$/;
/** Every service has a manifest of its own; that of the model begins with the first of these lines. */
const modelHead = '# The files of the other services are copies of this one with their names: npm run docs.\n';
const copyHead = '# A copy of authentication.yaml with another name: npm run docs.\n';
const guide = 'docs/guides/scale-out.md';

/**
 * The files that name services one by one, as they have to be.
 *
 * @param {string} root of the checkout
 * @param {readonly string[]} services that have a program
 * @returns {Map<string, string | undefined>} path from the root -> text, or undefined for a file that has to go
 */
export function deploymentFiles(root, services) {
  const manifests = readdirSync(join(root, 'k8s'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => `k8s/${path}`);
  const files = new Map();
  for (const path of ['Dockerfile', 'docker-compose.yml', ...manifests]) {
    const text = readFileSync(join(root, path), 'utf8');
    files.set(path, text.startsWith(copyHead) ? undefined : withEachService(text, services));
  }
  const manifest = files.get(`k8s/base/${model}.yaml`);
  for (const service of services.filter((one) => one !== model)) {
    files.set(`k8s/base/${service}.yaml`, copyHead + named(manifest.slice(modelHead.length), service));
  }
  return files.set(guide, withCommands(readFileSync(join(root, guide), 'utf8'), services));
}

/** The commands that build every image, make every Secret, and restart every service in the order in which they start. */
function withCommands(text, services) {
  const secrets = services.flatMap((service) => [service, `${service}-owner`]);
  const commands = [
    [/^for image in .*; do$/m, `for image in gateway ${services.join(' ')} jobs; do`],
    [/^for one in .*; do$/m, `for one in gateway ${secrets.join(' ')} provisioner; do`],
    [/(?<=\$\(docker compose ps --quiet ).*(?=\); do$)/m, [...services].reverse().concat('gateway').join(' ')],
  ];
  return commands.reduce((changed, [pattern, command]) => {
    if (!pattern.test(changed)) throw new Error(`${guide} has no command ${pattern}`);
    return changed.replace(pattern, command);
  }, text);
}

/**
 * A text whose marked blocks hold a part for each service: the model's as it is, then the others in their order.
 *
 * @param {string} text
 * @param {readonly string[]} services
 * @throws Error when a block is not ended, or does not begin with a line that names the model
 */
export function withEachService(text, services) {
  const lines = text.split('\n');
  const written = [];
  for (let at = 0; at < lines.length; at += 1) {
    written.push(lines[at]);
    if (!begin.test(lines[at])) continue;
    const length = lines.slice(at + 1).findIndex((line) => end.test(line));
    if (length < 0) throw new Error(`line ${at + 1} begins the part of each service, and nothing ends it`);
    const part = partOfModel(lines.slice(at + 1, at + 1 + length)).join('\n');
    written.push(part, ...services.filter((one) => one !== model).map((service) => named(part, service)));
    at += length;
  }
  return written.join('\n');
}

/** The part of the model comes first, and ends before a line that is like its first one but for the name. */
function partOfModel(lines) {
  const [first = ''] = lines;
  if (!first.includes(model))
    throw new Error(`the part of each service begins with "${first}", expected ${model} in it`);
  const pattern = first.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(model, '[a-z]+');
  const next = lines.findIndex((line, at) => at > 0 && new RegExp(`^${pattern}$`).test(line));
  return next < 0 ? lines : lines.slice(0, next);
}

function named(part, service) {
  return part.replaceAll(model, service).replaceAll(model.toUpperCase(), service.toUpperCase());
}
