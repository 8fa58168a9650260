import { type Principal, runningServices } from '@countersign/contracts';

/** Users of the bus without whom the platform does not run. */
export const neededPrincipals: readonly Principal[] = Object.freeze(['gateway', ...runningServices, 'provisioner']);

/** Users of the bus for people and for other services of the house. */
export const guestPrincipals: readonly Principal[] = Object.freeze(['operator', 'listener']);
