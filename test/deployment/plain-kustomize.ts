import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Resource } from './resource.js';

interface Target {
  readonly kind: string;
  /** All of the kind when it is left out. */
  readonly name?: string;
}
interface Step {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}
interface Kustomization {
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly patches?: readonly { readonly path: string; readonly target?: Target }[];
}
type Node = Record<string, unknown>;

/** Kinds that belong to no namespace. */
const unplaced = new Set(['Namespace']);

/**
 * What kustomize makes of a folder, for machines that have neither kubectl nor kustomize. It knows what the
 * kustomizations here use and no more; where there is kubectl, a spec holds the two against each other.
 */
export function buildPlainly(folder: string): readonly Resource[] {
  const { resources = [], labels = [], images = [], patches = [], namespace } = readKustomization(folder);
  const built = resources.flatMap((path) => resourcesAt(join(folder, path)));
  for (const patch of patches) applyPatch(built, join(folder, patch.path), patch.target);
  for (const resource of built) {
    for (const { pairs } of labels) addLabels(resource, pairs);
    if (namespace !== undefined && !unplaced.has(resource.kind)) Object.assign(resource.metadata, { namespace });
    for (const container of containersIn(resource)) {
      const renamed = images.find(({ name }) => container.image.split(':')[0] === name);
      if (renamed !== undefined) container.image = `${renamed.newName}:${renamed.newTag}`;
    }
  }
  return built;
}

function readKustomization(folder: string): Kustomization {
  const known = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'labels', 'images', 'patches']);
  const found = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'));
  const unknown = Object.keys(found).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`${folder} uses ${unknown.join(', ')}, for which kubectl is needed`);
  return found;
}

function resourcesAt(path: string): Resource[] {
  return statSync(path).isDirectory() ? [...buildPlainly(path)] : (documentsOf(path) as Resource[]);
}

/** By YAML 1.1, as Kubernetes reads it: 0440 is octal. */
function documentsOf(file: string): unknown[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }).map((document) => document.toJS());
}

function applyPatch(resources: readonly Resource[], file: string, target: Target | undefined): void {
  for (const patch of documentsOf(file)) {
    const wanted = target ?? { kind: (patch as Resource).kind, name: (patch as Resource).metadata.name };
    const found = resources.filter(
      ({ kind, metadata }) => kind === wanted.kind && (wanted.name ?? metadata.name) === metadata.name,
    );
    if (found.length === 0) throw new Error(`${file} changes ${wanted.kind} ${wanted.name}, which is not there`);
    for (const resource of found as unknown as readonly Node[]) {
      if (Array.isArray(patch)) for (const step of patch) applyStep(resource, step);
      else merge(resource, patch as Node);
    }
  }
}

/** One step of a JSON patch (RFC 6902). */
function applyStep(resource: Node, { op, path, value }: Step): void {
  const keys = path.slice(1).split('/');
  const last = keys.pop() ?? '';
  const place = keys.reduce<Node>((node, key) => node[key] as Node, resource);
  if (op === 'remove') delete place[last];
  else place[last] = structuredClone(value);
}

/** Maps are merged; all else takes the place of what was there. */
function merge(into: Node, patch: Node): void {
  for (const [key, value] of Object.entries(patch)) {
    const isMap = (node: unknown) => typeof node === 'object' && node !== null && !Array.isArray(node);
    if (isMap(value) && isMap(into[key])) merge(into[key] as Node, value as Node);
    else into[key] = value;
  }
}

function addLabels(resource: Resource, pairs: Readonly<Record<string, string>>): void {
  const template = resource.spec?.template?.metadata;
  for (const metadata of template === undefined ? [resource.metadata] : [resource.metadata, template]) {
    metadata.labels = { ...metadata.labels, ...pairs };
  }
}

function containersIn(resource: Resource): { image: string }[] {
  const pod = resource.spec?.template?.spec;
  return pod === undefined ? [] : [...(pod.initContainers ?? []), ...pod.containers];
}
