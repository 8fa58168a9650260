import { events, operations, type Principal, runningServices, services } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { kustomizations, renderKustomization, workloadsOf } from './kustomization.js';
import type { Resource } from './resource.js';

/** By the contracts: who asks, answers, tells or hears. */
const onTheBus = new Set<Principal>([
  ...operations.flatMap(({ service, askedBy }) => [service, ...askedBy]),
  ...events.flatMap(({ service, heardBy }) => [service, ...heardBy]),
  'provisioner',
]);
/** Users of the bus that are pods of ours, and which. */
const podOf = (principal: Principal) =>
  principal === 'provisioner' ? 'countersign-migration' : `countersign-${principal}`;
const deployed: readonly Principal[] = ['gateway', 'provisioner', ...runningServices];
const busPods = deployed
  .filter((principal) => onTheBus.has(principal))
  .map(podOf)
  .sort();
/** Who keeps tables, and who makes them. */
const storePods = [...runningServices.map(podOf), 'countersign-database', 'countersign-migration'].sort();

interface Labels {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

function selects(
  { matchLabels = {}, matchExpressions = [] }: Labels,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''))
  );
}

describe.each(kustomizations)('the network of %s', (folder) => {
  const resources = renderKustomization(folder);
  const policies = resources.filter(({ kind }) => kind === 'NetworkPolicy');
  const pods = workloadsOf(resources).map(
    ({ spec }) => spec.template.metadata.labels as Readonly<Record<string, string>>,
  );
  const names = (found: readonly Readonly<Record<string, string>>[]) =>
    found.map((labels) => labels['app.kubernetes.io/name'] ?? '').sort();
  const oursOf = (found: readonly string[]) => found.filter((name) => name.startsWith('countersign-'));
  const policiesOf = (labels: Readonly<Record<string, string>>) =>
    policies.filter(({ spec }) => selects(spec.podSelector, labels));
  const reaching = (port: number) =>
    oursOf(
      names(
        pods.filter((labels) =>
          policiesOf(labels).some(({ spec }) =>
            (spec.egress ?? []).some((rule: { ports: { port: number }[] }) =>
              rule.ports.some((one) => one.port === port),
            ),
          ),
        ),
      ),
    );

  it('refuses, for every pod and both ways, what no rule lets through', () => {
    for (const labels of pods) {
      const types = new Set(policiesOf(labels).flatMap(({ spec }) => spec.policyTypes));
      expect([labels, [...types].sort()]).toEqual([labels, ['Egress', 'Ingress']]);
    }
    for (const { metadata, spec } of policies) {
      for (const rule of [...(spec.egress ?? []), ...(spec.ingress ?? [])]) {
        expect([metadata.name, rule.ports?.length > 0]).toEqual([metadata.name, true]);
        expect([metadata.name, (rule.to ?? rule.from)?.length > 0]).toEqual([metadata.name, true]);
      }
    }
  });

  it('lets only the principals of the contracts reach NATS', () => {
    expect(reaching(4222)).toEqual(busPods);
  });

  it('lets to PostgreSQL who keeps tables or makes them: no gateway', () => {
    expect(reaching(5432)).toEqual(storePods);
    expect(reaching(5432)).not.toContain('countersign-gateway');
  });

  it('lets pods reach only the name server, NATS and PostgreSQL', () => {
    const ports = policies
      .flatMap(({ spec }) => spec.egress ?? [])
      .flatMap((rule: { ports: { port: number }[] }) => rule.ports);
    expect([...new Set(ports.map(({ port }) => port))].sort()).toEqual([4222, 53, 5432]);
  });

  it('lets callers to the gateways only, and services to none: they ask over the bus', () => {
    const open = (labels: Readonly<Record<string, string>>) =>
      policiesOf(labels).flatMap(({ spec }) => (spec.ingress ?? []) as { from: Record<string, Labels>[] }[]);
    for (const labels of pods.filter((one) => one['app.kubernetes.io/name']?.startsWith('countersign-'))) {
      const peers = open(labels).flatMap(({ from }) => from);
      for (const peer of peers) expect(Object.keys(peer)).toEqual(['namespaceSelector']);
      const asked = peers.flatMap((peer) => Object.keys(peer['namespaceSelector']?.matchLabels ?? {}));
      const name = labels['app.kubernetes.io/name'];
      const isService = [...services, 'gateway'].some((service) => name === `countersign-${service}`);
      const expected = [
        ...(name === 'countersign-gateway' ? ['countersign/may-call'] : []),
        ...(isService ? ['countersign/may-read-metrics'] : []),
      ];
      expect([name, asked.sort()]).toEqual([name, expected.sort()]);
    }
  });
});

describe('NATS and PostgreSQL of k8s/overlays/local', () => {
  const resources = renderKustomization('k8s/overlays/local');

  it.each([
    ['nats', busPods],
    ['postgres', storePods],
  ])('%s lets in who is let out to it', (name, expected) => {
    const isIt = ({ kind, metadata }: Resource) => kind === 'NetworkPolicy' && metadata.name === name;
    const [rule] = resources.find(isIt)?.spec.ingress ?? [];
    expect(rule.from[0].podSelector.matchExpressions[0].values.sort()).toEqual(expected);
  });
});
