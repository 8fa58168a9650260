import { type Clock, type Randomness, uuidv7 } from '@countersign/clock';
import { type EventDefinition, type EventEnvelope, eventEnvelope } from '@countersign/contracts';
import { z } from 'zod';

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

/** The realm of an event as an event names it. */
export interface EventRealm {
  readonly realmId: string;
  readonly realm: string;
}

/** Who caused an event, and through which door: what every handled request tells of itself. */
export type EventCause = Pick<EventFields<never>, 'actor' | 'via'>;

/**
 * The fields that every event has: its realm, cause and target. Every use case makes them with this function.
 * @param realm undefined where the event belongs to no realm
 */
export function eventFields(
  realm: EventRealm | undefined,
  { actor, via }: EventCause,
  target: EventEnvelope['target'],
) {
  return { realmId: realm?.realmId, realm: realm?.realm, actor, via, target };
}

/** One event to record: its definition and its fields. */
export interface Recording<E extends EventDefinition = EventDefinition> {
  readonly event: E;
  readonly fields: EventFields<E>;
}

/** What an event has in common with others of one change: who did what kind of thing where. JSON is text already. */
export interface EventFrame {
  readonly type: string;
  readonly version: number;
  readonly realm: string | null;
  readonly realmId: string | null;
  readonly actor: string;
  readonly via: string;
  readonly outcome: EventEnvelope['outcome'];
  readonly reason: string | null;
}

/** An event as it is written: of the same frame object as the one before, where nothing of it differs. */
export interface RecordedEvent {
  readonly frame: EventFrame;
  readonly id: string;
  readonly target: string;
  readonly details: string;
  readonly personal: string | null;
}

/** What `uuidv7` draws for one id. */
const uuidChanceBytes = 10;
/** Far below what NATS carries in one message (1 MiB), so that a page of events fits too. */
const largestEventBytes = 32 * 1024;
/** Of the envelope beside its JSON: ids, times, names. */
const envelopeBytes = 400;

const { type, version, realm, realmId, actor, via, target, outcome, reason } = eventEnvelope.shape;
const frameShape = z.object({ type, version, realm, realmId, actor, via, outcome, reason });

/**
 * Holds events against their definitions and writes them as text.
 * @throws ZodError when something does not fit, Error when an event is larger than 32 KiB: faults of the program
 */
export function describeEvents(
  recordings: readonly Recording[],
  clock: Clock,
  randomness: Randomness,
): readonly RecordedEvent[] {
  const chance = drawTogether(randomness, recordings.length);
  let last: { readonly recording: Recording; readonly frame: EventFrame } | undefined;
  return recordings.map((recording) => {
    const frame = last !== undefined && areAlike(last.recording, recording) ? last.frame : frameOf(recording);
    last = { recording, frame };
    return describe(recording, frame, uuidv7(clock, chance));
  });
}

/** One draw for all ids: a draw costs some microseconds, whatever its length. */
function drawTogether(randomness: Randomness, count: number): Randomness {
  const drawn = randomness.bytes(count * uuidChanceBytes);
  let used = 0;
  return {
    bytes: (length) => {
      if (used + length > drawn.length) return randomness.bytes(length);
      used += length;
      return drawn.subarray(used - length, used);
    },
  };
}

/** Whether two events are sure to have one frame: events of one change share the objects that say who and how. */
function areAlike(one: Recording, other: Recording): boolean {
  return (
    one.event === other.event &&
    one.fields.actor === other.fields.actor &&
    one.fields.via === other.fields.via &&
    one.fields.realmId === other.fields.realmId &&
    one.fields.realm === other.fields.realm &&
    one.fields.outcome === other.fields.outcome &&
    one.fields.reason === other.fields.reason
  );
}

function frameOf({ event, fields }: Recording): EventFrame {
  const frame = frameShape.parse({ ...event, ...fields, outcome: fields.outcome ?? 'succeeded' });
  return {
    type: frame.type,
    version: frame.version,
    realm: frame.realm ?? null,
    realmId: frame.realmId ?? null,
    actor: JSON.stringify(frame.actor),
    via: JSON.stringify(frame.via),
    outcome: frame.outcome,
    reason: frame.reason ?? null,
  };
}

function describe({ event, fields }: Recording, frame: EventFrame, id: string): RecordedEvent {
  const personal = event.personal.parse(fields.personal);
  const described = {
    frame,
    id,
    target: JSON.stringify(target.parse(fields.target)),
    details: JSON.stringify(event.details.parse(fields.details)),
    personal: personal === undefined ? null : JSON.stringify(personal),
  };
  const json = [frame.actor, frame.via, described.target, described.details, described.personal ?? ''];
  const size = json.reduce((sum, text) => sum + Buffer.byteLength(text), envelopeBytes);
  if (size > largestEventBytes)
    throw new Error(`event ${event.type} of ${size} bytes is larger than ${largestEventBytes}`);
  return described;
}
