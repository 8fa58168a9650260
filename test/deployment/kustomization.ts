import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../architecture/workspace.js';
import type { Dockerfile } from './dockerfile.js';
import { buildPlainly } from './plain-kustomize.js';
import { type DeployedProgram, imageStage } from './program.js';
import type { Resource } from './resource.js';

export const kustomizations = ['k8s/base', 'k8s/overlays/local', 'k8s/overlays/production'] as const;
const builders = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
] as const;

/** The resources of a kustomization, as `kubectl apply -k` would send them; read plainly where there is no kubectl. */
export function renderKustomization(folder: string): readonly Resource[] {
  return renderByTool(folder) ?? buildPlainly(join(root, folder));
}

/**
 * By kubectl or kustomize.
 * @returns undefined where neither is installed, or only one that is too old to know what is used here (before 4.1)
 */
export function renderByTool(folder: string): readonly Resource[] | undefined {
  for (const [program, verb] of builders) {
    try {
      const text = execFileSync(program, [verb, folder], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
      return parseAllDocuments(text).map((document) => document.toJS());
    } catch (error) {
      const { code, stderr = '' } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if (code !== 'ENOENT' && !/json: (cannot unmarshal|unknown field)/.test(stderr)) throw error;
    }
  }
  return undefined;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
}

/** Every pod template, with the workload that it belongs to. */
export function workloadsOf(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind));
}

export function containersOf(workload: Resource): readonly Container[] {
  const { initContainers = [], containers } = workload.spec.template.spec;
  return [...initContainers, ...containers];
}

/** The containers of our own images, in the order in which their workload runs them. */
export function programsOf(resources: readonly Resource[], dockerfile: Dockerfile): readonly DeployedProgram[] {
  return workloadsOf(resources).flatMap((workload) =>
    containersOf(workload).flatMap((container) => {
      const image = imageStage(container.image);
      return image === undefined ? [] : [programOf(workload, container, image, resources, dockerfile)];
    }),
  );
}

function programOf(
  workload: Resource,
  container: Container,
  image: string,
  resources: readonly Resource[],
  dockerfile: Dockerfile,
): DeployedProgram {
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
  return {
    name: `${workload.metadata.name}/${container.name}`,
    image,
    command: [...(container.command ?? dockerfile.entrypoint(image)), ...(container.args ?? [])],
    environment: environmentOf(container, resources),
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => {
      const volume = workload.spec.template.spec.volumes.find((one: { name: string }) => one.name === name);
      return { path: mountPath, volume: volume?.secret?.secretName ?? name, isReadOnly: readOnly === true };
    }),
    replicas: workload.spec.replicas ?? 1,
    isJob: workload.kind === 'Job',
    probes: probes.flatMap((probe) => probe?.httpGet?.path ?? []),
  };
}

function environmentOf(container: Container, resources: readonly Resource[]): Readonly<Record<string, string>> {
  const maps = (container.envFrom ?? []).map(({ configMapRef }) => {
    const map = resources.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name);
    if (map === undefined)
      throw new Error(`${container.name} names the ConfigMap ${configMapRef.name}, which is not there`);
    return map.data ?? {};
  });
  // what a field of the pod gives, such as its name, is something that the setting takes
  const own = (container.env ?? []).map(({ name, value }) => [name, value ?? 'of-the-pod'] as const);
  return { ...Object.assign({}, ...maps), ...Object.fromEntries(own) };
}
