/**
 * What every service with tables is around its features. A service is a {@link ServicePlan}: its settings, migrations,
 * sealed columns and features. {@link runHosted} is its entry file, {@link hostService} starts it in a process that is
 * there already.
 *
 * The features of a service are Nest modules; {@link serviceModule} puts them beside one global module of what all may
 * inject. Each service answers `event.list` and `key-ring.show`, publishes its outbox, re-seals, sweeps and says on an
 * HTTP port how it is, without a line of its own for that.
 */
export { hostService } from './host-service.js';
export { type Job, Jobs } from './jobs.js';
export { runHosted } from './run-hosted.js';
export { type ServiceParts, serviceModule } from './service-module.js';
export type { ServicePlan } from './service-plan.js';
export { downWith, ServiceReadiness } from './service-readiness.js';
export { type HostedServiceSettings, hostedSettings, type OwnSettings, ownSettingsOf } from './service-settings.js';
export { createServiceTables, type ServiceTables } from './service-tables.js';
export { LOGGER, SETTINGS } from './tokens.js';
