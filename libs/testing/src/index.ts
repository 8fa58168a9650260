/**
 * Real servers for specs. The run of the specs starts one PostgreSQL and one nats-server ({@link testEnvironment});
 * {@link freshDatabase} and {@link databaseWithRoles} give a spec a database of its own with the roles that the product
 * uses, {@link startTestNats} a nats-server of its own. {@link startOtherProcess} starts a program that a spec may kill.
 *
 * {@link eventually} waits for what another process does; specs do not sleep. Product code never imports this library.
 */
export { entityDrift } from './entity-drift.js';
export { eventually } from './eventually.js';
export { type OtherProcess, type OtherProcessOptions, startOtherProcess } from './other-process.js';
export {
  addServiceTo,
  databaseWithRoles,
  freshDatabase,
  type ServiceTestDatabase,
  type TestDatabase,
} from './test-database.js';
export { type TestEnvironment, testEnvironment } from './test-environment.js';
export { testLogger } from './test-logger.js';
export { startTestNats, type TestNats, type TestNatsOptions } from './test-nats.js';
