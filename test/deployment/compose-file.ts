import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../architecture/workspace.js';
import type { Dockerfile } from './dockerfile.js';
import { type DeployedProgram, imageStage, type Mount } from './program.js';

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>;
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas?: number };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly profiles?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** docker-compose.yml, merged and with the defaults of its variables, as an empty environment gives it. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return parse(text.replace(/\$\{(\w+):-([^}]*)\}/g, '$2'), { merge: true });
}

export function mountsOf(service: ComposeService): readonly Mount[] {
  return (service.volumes ?? []).map((text) => {
    const [volume = '', path = '', mode] = text.split(':');
    return { volume, path, isReadOnly: mode === 'ro' };
  });
}

export function networksOf(service: ComposeService): readonly string[] {
  const { networks = [] } = service;
  return Array.isArray(networks) ? networks : Object.keys(networks);
}

/** The containers of our own images. */
export function programsOf(file: ComposeFile, dockerfile: Dockerfile): readonly DeployedProgram[] {
  return Object.entries(file.services).flatMap(([name, service]) => {
    const image = imageStage(service.image);
    if (image === undefined) return [];
    const [, program, ...probe] = service.healthcheck?.test ?? [];
    return [
      {
        name,
        image,
        command: [...(service.entrypoint ?? dockerfile.entrypoint(image)), ...(service.command ?? [])],
        environment: service.environment ?? {},
        mounts: mountsOf(service),
        replicas: service.deploy?.replicas ?? 1,
        isJob: service.restart === 'no',
        probes: program === 'node' ? probe.slice(1) : [],
      },
    ];
  });
}
