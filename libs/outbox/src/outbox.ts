import { type Clock, type Randomness, uuidv7 } from '@countersign/clock';
import { type EventDefinition, type EventEnvelope, eventEnvelope } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import type { z } from 'zod';

/** What a change says about itself, beside the type of its event. */
export interface EventFields<E extends EventDefinition> {
  readonly realmId?: string | undefined;
  readonly realm?: string | undefined;
  readonly actor: EventEnvelope['actor'];
  readonly via: EventEnvelope['via'];
  readonly target: EventEnvelope['target'];
  /** Default: succeeded. */
  readonly outcome?: EventEnvelope['outcome'];
  readonly reason?: string;
  readonly details: z.input<E['details']>;
  readonly personal?: z.input<E['personal']>;
}

/** One event to record: its definition and its fields. */
export interface Recording<E extends EventDefinition = EventDefinition> {
  readonly event: E;
  readonly fields: EventFields<E>;
}

/** Far below what NATS carries in one message (1 MiB), so that a page of events fits too. */
const largestEventBytes = 32 * 1024;
const recorded = eventEnvelope.omit({ sequence: true, source: true });

const insert = {
  name: 'outbox.insert',
  // the order of the rows is the order of their ids
  text: `insert into outbox (event_id, type, version, occurred_at, realm, realm_id, actor, via, target, outcome, reason,
      details, personal)
    select event_id, type, version, occurred_at, realm, realm_id, actor, via, target, outcome, reason, details, personal
    from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::uuid[], $7::jsonb[], $8::jsonb[],
      $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::jsonb[]) with ordinality
      as event (event_id, type, version, occurred_at, realm, realm_id, actor, via, target, outcome, reason, details,
        personal, place)
    order by place`,
};

/** Writes events in the transaction of the change that they report (guarantee G3). */
export class Outbox {
  /** @param nudge called after a commit that recorded something: the relay need not wait for its poll */
  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
    private readonly nudge: () => void = () => undefined,
  ) {}

  /**
   * Records one event. Call it after the statements that make the change: the row locks they take are what puts the
   * events of two changes to one thing into their order.
   * @throws ZodError when details, personal values or the rest do not fit the definition: a fault of the program
   */
  async record<E extends EventDefinition>(tx: Transaction, event: E, fields: EventFields<E>): Promise<void> {
    await this.recordMany(tx, [{ event, fields } as Recording]);
  }

  /** The same for many events, in their order, with one statement. */
  async recordMany(tx: Transaction, recordings: readonly Recording[]): Promise<void> {
    if (recordings.length === 0) return;
    const events = recordings.map((recording) => this.describe(recording));
    await tx.query(insert, columnsOf(events));
    tx.afterCommit(this.nudge);
  }

  private describe({ event, fields }: Recording): RecordedEvent {
    const described = recorded.parse({
      id: uuidv7(this.clock, this.randomness),
      type: event.type,
      version: event.version,
      occurredAt: new Date(this.clock.now()).toISOString(),
      realm: fields.realm,
      realmId: fields.realmId,
      actor: fields.actor,
      via: fields.via,
      target: fields.target,
      outcome: fields.outcome ?? 'succeeded',
      reason: fields.reason,
      details: event.details.parse(fields.details),
      personal: event.personal.parse(fields.personal),
    });
    const size = Buffer.byteLength(JSON.stringify(described));
    if (size > largestEventBytes)
      throw new Error(`event ${event.type} of ${size} bytes is larger than ${largestEventBytes}`);
    return described;
  }
}

type RecordedEvent = z.output<typeof recorded>;

function columnsOf(events: readonly RecordedEvent[]): unknown[][] {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return [
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.version),
    events.map((event) => event.occurredAt),
    events.map((event) => event.realm ?? null),
    events.map((event) => event.realmId ?? null),
    events.map((event) => json(event.actor)),
    events.map((event) => json(event.via)),
    events.map((event) => json(event.target)),
    events.map((event) => event.outcome),
    events.map((event) => event.reason ?? null),
    events.map((event) => json(event.details)),
    events.map((event) => json(event.personal)),
  ];
}
