import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../architecture/workspace.js';
import { Dockerfile } from './dockerfile.js';
import { schemaFaults } from './kubernetes-schema.js';
import {
  containersOf,
  kustomizations,
  programsOf,
  renderByTool,
  renderKustomization,
  workloadsOf,
} from './kustomization.js';
import { buildPlainly } from './plain-kustomize.js';
import { imageStage, images } from './program.js';
import { environmentFaults } from './program-settings.js';
import type { Resource } from './resource.js';

const dockerfile = new Dockerfile();
const rendered = new Map(kustomizations.map((folder) => [folder, renderKustomization(folder)]));
const resourcesOf = (folder: (typeof kustomizations)[number]) => rendered.get(folder) ?? [];
const ours = (resources: readonly Resource[]) =>
  workloadsOf(resources).filter((workload) =>
    containersOf(workload).some(({ image }) => imageStage(image) !== undefined),
  );

describe('the check of a resource', () => {
  const deployment = resourcesOf('k8s/base').find(({ kind }) => kind === 'Deployment') as Resource;
  const changed = (
    change: (copy: { spec: { template: { spec: { containers: Record<string, unknown>[] } } } }) => void,
  ) => {
    const copy = structuredClone(deployment);
    change(copy as never);
    return schemaFaults(copy);
  };

  it.each([
    [
      'a key that is misspelt',
      () => changed(({ spec }) => Object.assign(spec.template.spec.containers[0] ?? {}, { imagee: 'x' })),
    ],
    ['a key that is misspelt, high up', () => changed((copy) => Object.assign(copy, { specs: {} }))],
    ['a wrong type', () => changed(({ spec }) => Object.assign(spec.template.spec.containers[0] ?? {}, { image: 3 }))],
    ['a missing field', () => changed(({ spec }) => Object.assign(spec.template.spec, { containers: undefined }))],
  ])('sees %s', (_what, faults) => {
    expect(faults()).toHaveLength(1);
  });
});

describe('a reading without kubectl', () => {
  const byName = (resources: readonly Resource[]) =>
    Object.fromEntries(resources.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource]));

  it.each(kustomizations)('of %s is the same as with it, where there is one', (folder) => {
    const byTool = renderByTool(folder);
    if (byTool === undefined)
      process.stderr.write('neither kubectl nor kustomize is here: k8s/ is read without them\n');
    else expect(byName(buildPlainly(join(root, folder)))).toEqual(byName(byTool));
  });
});

describe.each(kustomizations)('%s', (folder) => {
  const resources = resourcesOf(folder);

  it('is of known kinds, in the shape of each, and without unknown keys', () => {
    expect(resources.flatMap(schemaFaults)).toEqual([]);
    expect(resources.length).toBeGreaterThan(10);
  });

  it('names each resource once', () => {
    const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it('gives every program the settings that it needs, none that it does not have, and no secret in clear', () => {
    expect(programsOf(resources, dockerfile).flatMap(environmentFaults)).toEqual([]);
  });

  it('runs every image of the Dockerfile, and no other of ours', () => {
    const found = new Set(programsOf(resources, dockerfile).map(({ image }) => image));
    expect([...found].sort()).toEqual([...images].sort());
  });

  it('asks every service whether it is alive and ready, where it listens', () => {
    for (const program of programsOf(resources, dockerfile).filter(({ isJob }) => !isJob)) {
      expect([program.name, program.probes]).toEqual([program.name, ['/healthz', '/readyz', '/healthz']]);
    }
    const port = Number(dockerfile.environment('gateway')['COUNTERSIGN_PORT']);
    for (const workload of ours(resources).filter(({ kind }) => kind === 'Deployment')) {
      expect(workload.spec.template.spec.containers[0].ports).toEqual([
        { name: 'http', containerPort: port, protocol: undefined },
      ]);
    }
  });

  it.each(ours(resources).map((workload) => [workload.metadata.name, workload] as const))(
    '%s runs without rights: not as root, nothing to write on, no capability, no token of the cluster',
    (_name, workload) => {
      const pod = workload.spec.template.spec;
      const user = Number(dockerfile.last('gateway', 'USER')?.split(':')[0]);
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: user, fsGroup: user });
      expect(pod.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
      for (const container of containersOf(workload)) {
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: {
            requests: { cpu: expect.any(String), memory: expect.any(String) },
            limits: { memory: expect.any(String) },
          },
        });
      }
    },
  );

  it('mounts secrets so that only the program and root can read them', () => {
    for (const workload of workloadsOf(resources)) {
      const secrets = (workload.spec.template.spec.volumes ?? []).filter(
        (volume: { secret?: object }) => volume.secret,
      );
      for (const { secret } of secrets)
        expect([secret.secretName, secret.defaultMode]).toEqual([secret.secretName, 0o440]);
    }
    for (const { mounts } of programsOf(resources, dockerfile))
      expect(mounts.every(({ isReadOnly }) => isReadOnly)).toBe(true);
  });

  it('holds no secret itself', () => {
    expect(resources.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('lets a replica of every service leave without a gap', () => {
    for (const { metadata, spec } of ours(resources).filter(({ kind }) => kind === 'Deployment')) {
      expect([metadata.name, spec.strategy.rollingUpdate]).toEqual([metadata.name, { maxSurge: 1, maxUnavailable: 0 }]);
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(20);
    }
  });
});

describe('k8s/overlays/production', () => {
  const resources = resourcesOf('k8s/overlays/production');
  const deployments = resources.filter(({ kind }) => kind === 'Deployment');

  it('takes every image from one registry, in the version of this tree', () => {
    const named = workloadsOf(resources).flatMap((workload) => containersOf(workload).map(({ image }) => image));
    const version = named[0]?.split(':')[1];
    for (const image of named) expect(image).toBe(`registry.example.com/countersign/${imageStage(image)}:${version}`);
  });

  it('spreads the replicas of every service over nodes and zones, and lets one go at a time', () => {
    for (const { metadata, spec } of deployments) {
      const keys = spec.template.spec.topologySpreadConstraints.map((one: { topologyKey: string }) => one.topologyKey);
      expect([metadata.name, keys]).toEqual([metadata.name, ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']]);
      const budget = resources.find(({ kind, spec: budgetSpec }) => {
        const { selector } = budgetSpec ?? {};
        return kind === 'PodDisruptionBudget' && selector.matchLabels['app.kubernetes.io/name'] === metadata.name;
      });
      expect(budget?.spec.maxUnavailable).toBe(1);
    }
  });

  it('lets the autoscaler alone say how many gateways there are, three at least', () => {
    const gateway = deployments.find(({ metadata }) => metadata.name === 'countersign-gateway');
    const scaling = resources.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(gateway?.spec.replicas).toBeUndefined();
    expect(scaling?.spec.scaleTargetRef.name).toBe('countersign-gateway');
    expect(scaling?.spec.minReplicas).toBe(3);
  });

  it('leads callers to the gateways only, and not to their metrics', () => {
    const ingress = resources.find(({ kind }) => kind === 'Ingress');
    const leadsTo = Object.fromEntries(
      ingress?.spec.rules[0].http.paths.map((one: { path: string; backend: { service: { name: string } } }) => [
        one.path,
        one.backend.service.name,
      ]) ?? [],
    );
    expect(leadsTo).toEqual({ '/': 'countersign-gateway', '/metrics': 'countersign-nowhere' });
    const services = resources.filter(({ kind }) => kind === 'Service');
    expect(
      Object.fromEntries(
        services.map(({ metadata, spec }) => [metadata.name, spec.selector['app.kubernetes.io/name']]),
      ),
    ).toEqual({ 'countersign-gateway': 'countersign-gateway', 'countersign-nowhere': 'nobody' });
    const pods = resources.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template.metadata.labels);
    expect(pods.filter((labels) => labels['app.kubernetes.io/name'] === 'nobody')).toEqual([]);
  });

  it('brings neither NATS nor PostgreSQL', () => {
    expect(resources.filter(({ kind }) => kind === 'StatefulSet')).toEqual([]);
  });
});

describe('k8s/overlays/local', () => {
  const server = (name: string) =>
    resourcesOf('k8s/overlays/local').find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === name);

  it('runs NATS on the configuration that the guide makes, and with a store where that says', () => {
    const [nats] = server('nats')?.spec.template.spec.containers ?? [];
    const mounts = nats.volumeMounts.map((mount: { name: string; mountPath: string }) => [mount.name, mount.mountPath]);
    expect([nats.args, mounts]).toEqual([
      ['--config', '/bus/nats-server.conf'],
      [
        ['configuration', '/bus'],
        ['data', '/data'],
      ],
    ]);
    const guide = readFileSync(join(root, 'docs/guides/scale-out.md'), 'utf8');
    for (const part of ['bus/nats-server.conf', 'BUS_MONITOR=0.0.0.0:8222', 'BUS_STORE=/data', '`countersign-bus`']) {
      expect(guide).toContain(part);
    }
  });

  it('brings the servers under the names that the guide gives to the addresses', () => {
    const guide = readFileSync(join(root, 'docs/guides/scale-out.md'), 'utf8');
    expect(guide).toContain('NATS_SERVERS=nats://nats:4222');
    expect(guide).toContain('DATABASE_SERVER=postgres://postgres:5432/countersign');
    const services = resourcesOf('k8s/overlays/local').filter(({ kind }) => kind === 'Service');
    const ports = services.map(({ metadata, spec }) => [metadata.name, spec.ports[0].port]);
    expect(Object.fromEntries(ports)).toEqual({ 'countersign-gateway': 80, nats: 4222, postgres: 5432 });
  });
});
