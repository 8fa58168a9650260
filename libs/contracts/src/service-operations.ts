import { z } from 'zod';
import { eventEnvelope } from './event.js';
import { realmName, uuid } from './names.js';
import { defineOperation } from './operation.js';
import { keptRealmSettings, realmProfiles } from './realm.js';
import type { OwningService } from './services.js';

/**
 * Events of `service` after a sequence, straight from its outbox: how a listener that notices a gap fills it
 * (guarantee G3: JetStream is transport, not store).
 */
export function listEventsOf(service: OwningService) {
  return defineOperation({
    subject: `countersign.v1.${service}.event.list`,
    summary: 'events after a sequence, from the outbox',
    askedBy: ['audit', 'listener', 'operator'],
    effect: 'none',
    request: z.object({ after: z.int().min(0), limit: z.int().min(1).max(500).default(200) }),
    reply: z.object({
      /** Only those that the caller may hear (`heardBy`). */
      events: z.array(eventEnvelope),
      /** The sequence up to which this reply answers; what is missing below it is not for this caller. */
      through: z.int(),
      /** The last sequence that has been numbered. */
      last: z.int(),
    }),
    refusals: [],
  });
}

/**
 * How many sealed values of `service` each key of its ring still guards: rotation is done when only one is left. The
 * answers that are kept for repeated requests count under every key but the current one.
 */
export function showKeyRingOf(service: OwningService) {
  return defineOperation({
    subject: `countersign.v1.${service}.key-ring.show`,
    summary: 'which keys of the ring guard how many sealed values',
    askedBy: ['operator'],
    effect: 'none',
    request: z.object({}),
    reply: z.object({
      currentKeyId: z.string(),
      sealed: z.array(z.object({ keyId: z.string(), count: z.int(), isInRing: z.boolean() })),
    }),
    refusals: [],
  });
}

/** Which PostgreSQL the connections of `service` lead to, and which of the settings that its statements rely on they lack. */
export function showDatabaseOf(service: OwningService) {
  return defineOperation({
    subject: `countersign.v1.${service}.database.show`,
    summary:
      'the version and the clock of PostgreSQL, and settings of the connections that differ from the expected ones',
    askedBy: ['operator'],
    effect: 'none',
    request: z.object({}),
    reply: z.object({
      version: z.string(),
      differing: z.array(z.object({ name: z.string(), found: z.string(), expected: z.string() })),
      /** What the clock of the database shows, milliseconds since the epoch. */
      clockMs: z.number().optional(),
    }),
    refusals: [],
  });
}

/**
 * Whether one process of `service` can do its work: what `/readyz` of that process says.
 */
export function showReadinessOf(service: OwningService) {
  return defineOperation({
    subject: `countersign.v1.${service}.readiness.show`,
    summary: 'whether the service can do its work, part by part',
    askedBy: ['operator'],
    effect: 'none',
    request: z.object({}),
    reply: z.object({
      isReady: z.boolean(),
      /** By part: `up` or `down`, with what is wrong behind a colon, also where most work goes on. */
      checks: z.record(z.string(), z.string()),
    }),
    refusals: [],
  });
}

/** Operations every owning service has. */
export interface CommonOperations {
  readonly showDatabase: ReturnType<typeof showDatabaseOf>;
  readonly showReadiness: ReturnType<typeof showReadinessOf>;
  readonly listEvents: ReturnType<typeof listEventsOf>;
  readonly showKeyRing: ReturnType<typeof showKeyRingOf>;
}
export function commonOperationsOf(service: OwningService): CommonOperations {
  return {
    listEvents: listEventsOf(service),
    showDatabase: showDatabaseOf(service),
    showReadiness: showReadinessOf(service),
    showKeyRing: showKeyRingOf(service),
  };
}

/**
 * Authentication, which owns realms, asks this of every service that keeps a copy of them. Asked again with the same
 * realm it only brings the settings up to date.
 */
export function adoptRealmOf(service: OwningService) {
  return defineOperation({
    subject: `countersign.v1.${service}.realm.adopt`,
    summary: `makes a realm, or its changed settings, known to ${service}`,
    askedBy: ['authentication'],
    effect: 'changes',
    request: z.object({
      realmId: uuid,
      realm: realmName,
      profile: z.enum(realmProfiles),
      settings: keptRealmSettings,
      /** Grows with every change: an older one that arrives late changes nothing. */
      settingsVersion: z.int().min(1).default(1),
    }),
    reply: z.object({}),
    refusals: ['realm.exists'],
  });
}
export type AdoptRealmOperation = ReturnType<typeof adoptRealmOf>;
