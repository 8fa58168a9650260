/**
 * A PostgreSQL and a nats-server that one machine runs for itself: {@link startPostgres} and {@link startNats} start the
 * real servers beside the process, on 127.0.0.1, each with a folder of its own.
 *
 * A server that dies is started again. A server that an earlier run left behind is found by its pid file and ended before
 * the next one starts ({@link endOrphans}); a folder that a living process uses is refused. Servers are
 * started apart from the signals of the terminal, so that services drain first.
 *
 * For `npm start` and for specs. A deployment with servers of its own does not load this library.
 */
export { type EmbeddedNats, type EmbeddedNatsOptions, startNats } from './nats/embedded-nats.js';
export { findNatsServer, type NatsServerSearch } from './nats/find-nats-server.js';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startPostgres } from './postgres/embedded-postgres.js';
export { findFreePort } from './supervision/free-port.js';
export { endOrphans, type ServerTraces, type StopStep } from './supervision/orphans.js';
export type { ServerLogger } from './supervision/supervised-server.js';
