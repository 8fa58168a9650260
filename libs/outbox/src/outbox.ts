import type { Clock, Randomness } from '@countersign/clock';
import type { EventDefinition, EventEnvelope } from '@countersign/contracts';
import type { Statement, Transaction } from '@countersign/persistence';
import { describeEvents, type EventFields, type RecordedEvent, type Recording } from './recorded-events.js';

export { type EventCause, type EventFields, type EventRealm, eventFields, type Recording } from './recorded-events.js';

/** The order of the rows is the order of their ids. */
const insertMixed = {
  name: 'outbox.insert_mixed',
  text: `insert into outbox (occurred_at, type, version, realm, realm_id, actor, via, outcome, reason,
      event_id, target, details, personal)
    select $1::timestamptz, type, version, realm, realm_id, actor, via, outcome, reason,
      event_id, target, details, personal
    from unnest($2::text[], $3::int[], $4::text[], $5::uuid[], $6::jsonb[], $7::jsonb[], $8::text[], $9::text[],
      $10::uuid[], $11::jsonb[], $12::jsonb[], $13::jsonb[]) with ordinality
      as event (type, version, realm, realm_id, actor, via, outcome, reason, event_id, target, details, personal, place)
    order by place`,
};

/** Events of one change mostly share a frame: it is sent and read once. */
const insertAlike = {
  name: 'outbox.insert_alike',
  text: `insert into outbox (occurred_at, type, version, realm, realm_id, actor, via, outcome, reason,
      event_id, target, details, personal)
    select $1::timestamptz, $2::text, $3::int, $4::text, $5::uuid, $6::jsonb, $7::jsonb, $8::text, $9::text,
      event_id, target, details, personal
    from unnest($10::uuid[], $11::jsonb[], $12::jsonb[], $13::jsonb[]) with ordinality
      as event (event_id, target, details, personal, place)
    order by place`,
};

/** As the statements take them. */
const frameColumns = ['type', 'version', 'realm', 'realmId', 'actor', 'via', 'outcome', 'reason'] as const;

const erase = { name: 'outbox.erase_personal', text: 'select erase_personal($1, $2) as count' };

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

  /** The same for many events, in their order, with one statement; they occurred at one time. */
  async recordMany(tx: Transaction, recordings: readonly Recording[]): Promise<void> {
    if (recordings.length === 0) return;
    const occurredAt = new Date(this.clock.now()).toISOString();
    await tx.query(...insertionOf(occurredAt, describeEvents(recordings, this.clock, this.randomness)));
    tx.afterCommit(this.nudge);
  }

  /**
   * Takes the personal values out of all events about `target` that are committed, or of this transaction; everything
   * else of them stays. Call it once the target is gone, in the same transaction or later, and while a lock keeps others
   * from recording more of them. The service's migration says when a target is gone (`erasesPersonalWhen`); for any other
   * target the database refuses.
   * @returns how many events had some
   */
  async erasePersonal(tx: Transaction, target: EventEnvelope['target']): Promise<number> {
    const [row] = await tx.query<{ count: number }>(erase, [target.kind, target.id]);
    return row?.count ?? 0;
  }
}

function insertionOf(occurredAt: string, events: readonly RecordedEvent[]): [statement: Statement, values: unknown[]] {
  const frames = events.map(({ frame }) => frame);
  const own = [
    events.map(({ id }) => id),
    events.map(({ target }) => target),
    events.map(({ details }) => details),
    events.map(({ personal }) => personal),
  ];
  const [first] = frames;
  if (first !== undefined && frames.every((frame) => frame === first))
    return [insertAlike, [occurredAt, ...frameColumns.map((column) => first[column]), ...own]];
  return [insertMixed, [occurredAt, ...frameColumns.map((column) => frames.map((frame) => frame[column])), ...own]];
}
