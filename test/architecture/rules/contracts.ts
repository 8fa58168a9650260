import { type Operation, operations, type Principal, services } from '@countersign/contracts';

/** Asking runs one way: a principal may ask those that stand after it. */
const order: readonly Principal[] = ['provisioner', 'operator', 'listener', 'gateway', ...services];

/** Askings that run against the order. */
export function backwardAsks(
  all: readonly Pick<Operation, 'subject' | 'service' | 'askedBy'>[] = operations,
): string[] {
  return all.flatMap(({ subject, service, askedBy }) =>
    askedBy
      .filter((asker) => order.indexOf(asker) >= order.indexOf(service))
      .map((asker) => `${subject}: asked by ${asker}`),
  );
}
