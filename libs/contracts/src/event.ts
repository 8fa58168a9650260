import { z } from 'zod';
import { realmName, uuid } from './names.js';
import type { OwningService, Principal } from './services.js';

/**
 * A fact in the past tense, declared once. `details` never holds a secret; values about a person go to `personal`,
 * apart, so that the trail can seal them per person and erase them.
 */
export interface EventDefinition<Details extends z.ZodType = z.ZodType, Personal extends z.ZodType = z.ZodType> {
  /** `<service>.<noun>.<past>` */
  readonly type: string;
  readonly service: OwningService;
  readonly version: number;
  readonly summary: string;
  /** Who may hear it: the bus's permissions come from this list. */
  readonly heardBy: readonly Principal[];
  readonly details: Details;
  readonly personal: Personal;
}

const typePattern = /^([a-z]+)\.[a-z-]+\.[a-z-]+$/;

/** Declares an event; the service is read from its type, and every version is 1 so far. */
export function defineEvent<Details extends z.ZodType, Personal extends z.ZodType = z.ZodUndefined>(
  declaration: Omit<EventDefinition<Details, Personal>, 'service' | 'version' | 'personal'> & {
    readonly personal?: Personal;
  },
): EventDefinition<Details, Personal> {
  const service = typePattern.exec(declaration.type)?.[1];
  if (service === undefined) throw new Error(`event type ${declaration.type} is not <service>.<noun>.<past>`);
  const personal = declaration.personal ?? (z.undefined() as unknown as Personal);
  return Object.freeze({ ...declaration, version: 1, personal, service: service as OwningService });
}

export const actorKinds = Object.freeze(['application', 'operator', 'service', 'user'] as const);
export const actor = z.object({ kind: z.enum(actorKinds), id: z.string().max(200) });
export type Actor = z.output<typeof actor>;

/** The door a request came through. */
export const via = z.object({
  applicationId: z.string().max(64).optional(),
  address: z.string().max(64).optional(),
  traceId: z.string().max(64),
});
export type Via = z.output<typeof via>;

/** The shape every event has on the wire and in the outbox. `sequence` is per source and has no gaps. */
export const eventEnvelope = z.object({
  id: uuid,
  type: z.string().regex(typePattern),
  version: z.int().min(1),
  occurredAt: z.iso.datetime(),
  realm: realmName.optional(),
  realmId: uuid.optional(),
  source: z.string(),
  sequence: z.int().min(1),
  actor,
  via,
  target: z.object({ kind: z.string().max(40), id: z.string().max(200) }),
  outcome: z.enum(['succeeded', 'refused']),
  reason: z.string().max(200).optional(),
  details: z.record(z.string(), z.unknown()),
  personal: z.record(z.string(), z.unknown()).optional(),
});
export type EventEnvelope = z.output<typeof eventEnvelope>;

/** Subject of an event that belongs to no realm (a key ring, say): a name no realm can take. */
export const noRealm = '_';

/** `countersign.v1.event.<realm>.<service>.<noun>.<past>` */
export function eventSubject(type: string, realm: string | undefined): string {
  return `countersign.v1.event.${realm ?? noRealm}.${type}`;
}
