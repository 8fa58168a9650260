import * as applicationOperations from './authentication/application.js';
import * as authenticationEvents from './authentication/events.js';
import * as passwordOperations from './authentication/password.js';
import * as realmOperations from './authentication/realm.js';
import * as requestOperations from './authentication/request.js';
import * as registrationOperations from './authentication/user.js';
import * as directoryEvents from './directory/events.js';
import * as groupOperations from './directory/group.js';
import * as directoryRealmOperations from './directory/realm.js';
import * as userOperations from './directory/user.js';
import type { EventDefinition } from './event.js';
import type { Operation } from './operation.js';
import { commonEventsOf } from './service-events.js';
import { commonOperationsOf } from './service-operations.js';
import type { OwningService } from './services.js';

/** Services that exist; permissions and documents are generated for these. */
export const runningServices = Object.freeze([
  'authentication',
  'directory',
] as const satisfies readonly OwningService[]);
export type RunningService = (typeof runningServices)[number];

export const commonOperations = Object.freeze({
  authentication: commonOperationsOf('authentication'),
  directory: commonOperationsOf('directory'),
} satisfies Record<RunningService, unknown>);

export const commonEvents = Object.freeze({
  authentication: commonEventsOf('authentication'),
  directory: commonEventsOf('directory'),
} satisfies Record<RunningService, unknown>);

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'subject' in value && 'askedBy' in value;
}
function isEvent(value: unknown): value is EventDefinition {
  return typeof value === 'object' && value !== null && 'type' in value && 'heardBy' in value;
}

/** Every operation, once, by subject. */
export const operations: readonly Operation[] = Object.freeze(
  [
    realmOperations,
    applicationOperations,
    requestOperations,
    passwordOperations,
    registrationOperations,
    directoryRealmOperations,
    userOperations,
    groupOperations,
    ...Object.values(commonOperations),
  ]
    .flatMap((module) => Object.values(module))
    .filter(isOperation)
    .sort((a, b) => (a.subject < b.subject ? -1 : 1)),
);

/** Every event, once, by type. */
export const events: readonly EventDefinition[] = Object.freeze(
  [authenticationEvents, directoryEvents, ...Object.values(commonEvents)]
    .flatMap((module) => Object.values(module))
    .filter(isEvent)
    .sort((a, b) => (a.type < b.type ? -1 : 1)),
);
