/**
 * The list of services, in the order of asking: a service asks only services below it.
 *
 * What names services one by one comes from this list. `npm run docs` writes the parts of the Dockerfile, of
 * docker-compose.yml and of k8s/ that repeat for each service. The compiler refuses a running service that has no contract
 * (registry.ts) or no plan in the embedded start (apps/all-in-one/src/services.ts). Specs hold the pages against it.
 *
 * - `stage`: a `planned` service has no program yet; contracts name it already where it will ask or hear
 * - `keepsRealms`: it has a copy of the realms, so authentication asks it to adopt each of them
 */
const list = Object.freeze({
  audit: { stage: 'planned' },
  delivery: { stage: 'planned' },
  authentication: { stage: 'running' },
  factors: { stage: 'planned' },
  directory: { stage: 'running', keepsRealms: true },
} as const satisfies Record<string, ServiceFacts>);

interface ServiceFacts {
  readonly stage: 'planned' | 'running';
  readonly keepsRealms?: true;
}

/** A service of the product: it owns operations, a schema, a key ring and an outbox. The gateway owns none of these. */
export type OwningService = keyof typeof list;
export const services: readonly OwningService[] = Object.freeze(Object.keys(list) as OwningService[]);

/** The services that have a program. Permissions, deployments and documents are made for these. */
export type RunningService = {
  [Service in OwningService]: (typeof list)[Service] extends { stage: 'running' } ? Service : never;
}[OwningService];
export const runningServices: readonly RunningService[] = Object.freeze(
  services.filter((service): service is RunningService => list[service].stage === 'running'),
);
/** The running services in an order in which each starts after those that it asks. */
export const startOrder: readonly RunningService[] = Object.freeze([...runningServices].reverse());

/** The running services that have a copy of the realms. */
export type RealmKeeper = {
  [Service in RunningService]: (typeof list)[Service] extends { keepsRealms: true } ? Service : never;
}[RunningService];
export const realmKeepers: readonly RealmKeeper[] = Object.freeze(
  runningServices.filter((service): service is RealmKeeper => 'keepsRealms' in list[service]),
);

/**
 * Who may be a user of the bus. `gateway` and the services are processes of ours; `operator` is a person with the
 * command line; `provisioner` makes streams and consumers and nothing else; `listener` is any other internal service
 * that follows our events.
 */
export type Principal = 'gateway' | OwningService | 'operator' | 'provisioner' | 'listener';
export const principals: readonly Principal[] = Object.freeze([
  'gateway',
  ...services,
  'operator',
  'provisioner',
  'listener',
] as const);
