export { type EmbeddedNats, type EmbeddedNatsOptions, startNats } from './nats/embedded-nats.js';
export { findNatsServer, type NatsServerSearch } from './nats/find-nats-server.js';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startPostgres } from './postgres/embedded-postgres.js';
export { findFreePort } from './supervision/free-port.js';
export { endOrphans, type ServerTraces, type StopStep } from './supervision/orphans.js';
export type { ServerLogger } from './supervision/supervised-server.js';
