import { commonOperations, type ReplyOf, type RunningService } from '@countersign/contracts';
import type { OperatorBus } from '../../bus/operator-bus.js';

export type SealedCounts = ReplyOf<(typeof commonOperations)[RunningService]['showKeyRing']>;

/** How many values of a service each key guards, as the service counts them. */
export function sealedCounts(bus: OperatorBus, service: RunningService): Promise<SealedCounts> {
  return bus.ask(commonOperations[service].showKeyRing, {});
}

/** How many values are not yet under a key. */
export function leftToReseal({ sealed }: SealedCounts, keyId: string): number {
  return sealed.reduce((sum, key) => (key.keyId === keyId ? sum : sum + key.count), 0);
}

/** How many values a key still guards. */
export function guardedBy({ sealed }: SealedCounts, keyId: string): number {
  return sealed.reduce((sum, key) => (key.keyId === keyId ? sum + key.count : sum), 0);
}
