export { ensureDatabase } from './database.js';
export { closeOtherDatabases } from './database-cluster.js';
export { createServiceDatabase, rolesOf, type ServiceRoles } from './database-roles.js';
export * from './event-streams.js';
export * from './nats-configuration.js';
export * from './permissions.js';
export * from './streams.js';
