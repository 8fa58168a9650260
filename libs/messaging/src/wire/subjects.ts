import type { OwningService, Principal } from '@countersign/contracts';

/**
 * Where a principal asks an operation (guarantee G10): an operator on its plain subject, so that a person may type
 * `nats req countersign.v1.directory.user.show '{...}'`; every other principal on `<subject>.<principal>`. The bus permits each
 * user its own form only, so the form a request came on proves who asks. Nothing that the asker writes could: NATS
 * carries any header, and any reply subject.
 *
 * @param subject of an operation, without wildcards
 * @param replica the process that is to handle the ask; any of the service when left out
 */
export function askSubjectOf(subject: string, asker: Principal, replica?: string): string {
  if (replica !== undefined) return `${subject}.${asker}.${replica}`;
  return asker === 'operator' ? subject : `${subject}.${asker}`;
}

/** Where one replica hears all operations of its service in one asker's name. */
export function replicaSubjectOf(service: string, asker: Principal, replica: string): string {
  return askSubjectOf(`countersign.v1.${service}.*.*`, asker, replica);
}

/** Of an ask on any of its forms: the subject of the operation. */
export function operationSubjectIn(subject: string): string {
  return subject.split('.', 5).join('.');
}

/** Where an asker learns which replicas of a service live, and which of its asks they hold. All replicas hear it. */
export function probeSubjectOf(service: string, asker: Principal | '*'): string {
  return `countersign.v1.${service}.replica.probe.${asker}`;
}

/** What NATS service discovery asks (ADR-32): which services run, what they answer, and their figures. */
export const discoveryVerbs = Object.freeze(['PING', 'INFO', 'STATS'] as const);

/** The name under which `nats micro ls` shows a service (ADR-32: `[A-Za-z0-9_-]+`). */
export function discoveryName(service: OwningService): string {
  return `countersign-${service}`;
}

/** The subjects one service answers for discovery (ADR-32: all, by name, by name and id); its user may subscribe no others. */
export function discoverySubjectsOf(service: OwningService): readonly string[] {
  const name = discoveryName(service);
  return discoveryVerbs.flatMap((verb) => [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.*`]);
}
