import type { EventEnvelope } from '@countersign/contracts';

/** A numbered row of the outbox, as pg reads it. */
export interface NumberedRow {
  readonly event_id: string;
  readonly type: string;
  readonly version: number;
  readonly occurred_at: Date;
  readonly realm: string | null;
  readonly realm_id: string | null;
  readonly actor: EventEnvelope['actor'];
  readonly via: EventEnvelope['via'];
  readonly target: EventEnvelope['target'];
  readonly outcome: EventEnvelope['outcome'];
  readonly reason: string | null;
  readonly details: EventEnvelope['details'];
  readonly personal: NonNullable<EventEnvelope['personal']> | null;
  readonly sequence: string;
}

/** Numbered events after `$1`, at most `$2`, in their order. */
export const numberedAfter = {
  name: 'outbox.numbered_after',
  text: `select event_id, type, version, occurred_at, realm, realm_id, actor, via, target, outcome, reason, details,
      personal, sequence
    from outbox where sequence > $1 order by sequence limit $2`,
};

/** The event as it travels. */
export function envelopeOf(source: string, row: NumberedRow): EventEnvelope {
  return {
    id: row.event_id,
    type: row.type,
    version: row.version,
    occurredAt: row.occurred_at.toISOString(),
    ...(row.realm === null ? {} : { realm: row.realm }),
    ...(row.realm_id === null ? {} : { realmId: row.realm_id }),
    source,
    sequence: Number(row.sequence),
    actor: row.actor,
    via: row.via,
    target: row.target,
    outcome: row.outcome,
    ...(row.reason === null ? {} : { reason: row.reason }),
    details: row.details,
    ...(row.personal === null ? {} : { personal: row.personal }),
  };
}
