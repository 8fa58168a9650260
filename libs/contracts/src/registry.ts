import * as applicationOperations from './authentication/application.js';
import * as authenticationEvents from './authentication/events.js';
import * as passwordOperations from './authentication/password.js';
import * as realmOperations from './authentication/realm.js';
import * as requestOperations from './authentication/request.js';
import * as registrationOperations from './authentication/user.js';
import * as directoryEvents from './directory/events.js';
import * as groupOperations from './directory/group.js';
import * as userOperations from './directory/user.js';
import type { EventDefinition } from './event.js';
import type { Operation } from './operation.js';
import { type CommonEvents, commonEventsOf } from './service-events.js';
import {
  type AdoptRealmOperation,
  adoptRealmOf,
  type CommonOperations,
  commonOperationsOf,
} from './service-operations.js';
import { type RealmKeeper, type RunningService, realmKeepers, runningServices } from './services.js';

/** The operations that every service has, by service. */
export const commonOperations = Object.freeze(
  Object.fromEntries(runningServices.map((service) => [service, commonOperationsOf(service)])),
) as Readonly<Record<RunningService, CommonOperations>>;

/** The operation by which a service that keeps realms adopts one, by service. */
export const adoptRealmIn = Object.freeze(
  Object.fromEntries(realmKeepers.map((service) => [service, adoptRealmOf(service)])),
) as Readonly<Record<RealmKeeper, AdoptRealmOperation>>;

/** The events that every service has, by service. */
export const commonEvents = Object.freeze(
  Object.fromEntries(runningServices.map((service) => [service, commonEventsOf(service)])),
) as Readonly<Record<RunningService, CommonEvents>>;

/** The modules in which each service declares its operations and events. */
const contracts: Readonly<Record<RunningService, readonly object[]>> = {
  authentication: [
    realmOperations,
    applicationOperations,
    requestOperations,
    passwordOperations,
    registrationOperations,
    authenticationEvents,
  ],
  directory: [userOperations, groupOperations, directoryEvents],
};

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'subject' in value && 'askedBy' in value;
}
function isEvent(value: unknown): value is EventDefinition {
  return typeof value === 'object' && value !== null && 'type' in value && 'heardBy' in value;
}

const declarations: readonly unknown[] = runningServices
  .flatMap((service) => [commonOperations[service], commonEvents[service], ...contracts[service]])
  .concat(adoptRealmIn)
  .flatMap((module) => Object.values(module));

/** Every operation, once, by subject. */
export const operations: readonly Operation[] = Object.freeze(
  declarations.filter(isOperation).sort((a, b) => (a.subject < b.subject ? -1 : 1)),
);

/** Every event, once, by type. */
export const events: readonly EventDefinition[] = Object.freeze(
  declarations.filter(isEvent).sort((a, b) => (a.type < b.type ? -1 : 1)),
);
