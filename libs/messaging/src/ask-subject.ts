import type { Principal } from '@countersign/contracts';

/**
 * Where a principal asks an operation (guarantee G10): an operator on its plain subject, so that a person may type
 * `nats req countersign.v1.directory.user.show '{...}'`; everybody else on `<subject>.<principal>`. The bus permits each
 * user its own form only, so the form a request came on proves who asks. Nothing that the asker writes could: NATS
 * carries any header, and any reply subject.
 *
 * @param subject of an operation, without wildcards
 */
export function askSubjectOf(subject: string, asker: Principal): string {
  return asker === 'operator' ? subject : `${subject}.${asker}`;
}
