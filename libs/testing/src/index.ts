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
