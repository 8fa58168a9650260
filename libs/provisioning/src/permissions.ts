import { events, type OwningService, operations, type Principal, services } from '@countersign/contracts';
import {
  answerSubjectsOf,
  askSubjectOf,
  discoverySubjectsOf,
  inboxPrefixOf,
  probeSubjectOf,
} from '@countersign/messaging';
import { anyRealmSubject, durableConsumers, streamNames } from './event-streams.js';

/** What one user of the bus may do; all else is refused. `"subject queue"` in `subscribe` permits that queue group only. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * The rights of a principal, from `askedBy` and `heardBy` of the contracts and from nothing else (guarantee G10).
 * There are allow lists only: a deny list with wildcards was once passed by with a queue group (CVE-2022-29946).
 */
export function permissionsOf(principal: Principal): BusPermissions {
  const service = services.find((name) => name === principal);
  return {
    publish: distinct([
      ...askable(principal),
      ...(service === undefined ? [] : answerable(service)),
      ...tellable(principal),
      ...hearable(principal),
      ...(principal === 'operator' ? operatorPublishes : []),
      ...(principal === 'provisioner' ? provisionerPublishes : []),
    ]),
    subscribe: distinct([
      `${inboxPrefixOf(principal)}.>`,
      ...(service === undefined ? [] : served(service)),
      ...(principal === 'operator' ? ['_INBOX.>'] : []),
    ]),
  };
}

/**
 * Its own form of each subject and no other: a service reads from the form who asks. For each operation: any replica, one
 * replica, and the probe of the service.
 */
function askable(principal: Principal): string[] {
  return operations
    .filter(({ askedBy }) => askedBy.includes(principal))
    .flatMap(({ subject, service }) => [
      askSubjectOf(subject, principal),
      askSubjectOf(subject, principal, '*'),
      probeSubjectOf(service, principal),
    ]);
}

/** A service answers into its own part of its askers' inboxes: no `allow_responses`, which would follow any reply subject. */
function answerable(service: OwningService): readonly string[] {
  const askers = new Set(operations.filter((operation) => operation.service === service).flatMap((one) => one.askedBy));
  return answerSubjectsOf(service, [...askers].sort());
}

function tellable(principal: Principal): string[] {
  return events.filter((event) => event.service === principal).map(anyRealmSubject);
}

/** Fetching from its own consumers, looking at them, and acknowledging; nothing else of the JetStream API. */
function hearable(principal: Principal): string[] {
  return durableConsumers
    .filter((consumer) => consumer.principal === principal)
    .flatMap(({ stream, durable }) => [
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
      `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
      `$JS.ACK.${stream}.${durable}.>`,
    ]);
}

/**
 * All forms of all its operations. The queue group is part of the right: without it a stolen user could listen in on its
 * replicas' requests unseen. The probe carries no request, so it
 * needs no queue group.
 */
function served(service: OwningService): readonly string[] {
  return [`countersign.v1.${service}.> ${service}`, probeSubjectOf(service, '*'), ...discoverySubjectsOf(service)];
}

const operatorPublishes: readonly string[] = Object.freeze([
  '$SRV.>',
  '$JS.API.INFO',
  '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.INFO.*',
  '$JS.API.CONSUMER.NAMES.*',
  '$JS.API.CONSUMER.LIST.*',
  '$JS.API.CONSUMER.INFO.*.*',
]);

const provisionerPublishes: readonly string[] = Object.freeze([
  '$JS.API.INFO',
  ...streamNames.flatMap((stream) => ['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`)),
  ...durableConsumers.flatMap(({ stream, durable }) =>
    ['CREATE', 'DURABLE.CREATE', 'INFO'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.${durable}`),
  ),
]);

function distinct(subjects: readonly string[]): readonly string[] {
  return [...new Set(subjects)];
}
