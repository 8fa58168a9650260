/**
 * What an operator makes once in PostgreSQL and NATS: databases and roles ({@link ensureDatabase},
 * {@link createServiceDatabase}), the users of the bus with their permissions ({@link natsConfiguration} for a server,
 * {@link natsAccounts} for an existing cluster), and the streams ({@link provisionStreams}).
 *
 * All of it follows from the contracts: who may ask an operation and who may hear an event (guarantee G10). Every function
 * may be called again and changes only what differs. Services never load this library: they run with fewer rights than it
 * needs.
 */
export { databaseOf, ensureDatabase } from './database.js';
export { closeOtherDatabases } from './database-cluster.js';
export { createServiceDatabase, type RoleCredentials, rolesOf, type ServiceRoles } from './database-roles.js';
export { durableConsumers, streamNames } from './event-streams.js';
export {
  type NatsAccountsOptions,
  type NatsConfigurationOptions,
  natsAccounts,
  natsConfiguration,
} from './nats-configuration.js';
export { type BusPermissions, permissionsOf } from './permissions.js';
export { type ProvisionedStream, provisionStreams, type StreamOptions } from './streams.js';
