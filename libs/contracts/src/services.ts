/** Processes of the product that own operations and an outbox. */
export const services = Object.freeze(['authentication', 'factors', 'directory', 'audit', 'delivery'] as const);
export type OwningService = (typeof services)[number];

/**
 * Who may be a user of the bus. `gateway` and the services are processes of ours; `operator` is a person with the
 * command line; `provisioner` makes streams and consumers and nothing else; `listener` is any other internal service
 * that follows our events.
 */
export const principals = Object.freeze(['gateway', ...services, 'operator', 'provisioner', 'listener'] as const);
export type Principal = (typeof principals)[number];
