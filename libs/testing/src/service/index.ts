/**
 * For specs of a service: {@link openService} opens the plan that production starts, on a {@link serviceDatabase} of the
 * spec's own, with a key ring that it may rotate and a stand-in for the bus.
 */
export { administer } from './administer.js';
export { asked, codeOf, only } from './asked.js';
export {
  migrateService,
  type OpenService,
  type OpenServiceOptions,
  openService,
  serviceDatabase,
} from './open-service.js';
export { RotatingKeyRing } from './rotating-key-ring.js';
