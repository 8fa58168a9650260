import { monotonicMs } from '@countersign/clock';
import type { Msg } from '@nats-io/transport-node';
import type { Bus } from '../connection/bus.js';
import { payloadText } from '../wire/payload.js';
import { lookSubjectOf } from '../wire/subjects.js';
import type { PendingAsk, PendingAsks } from './pending-asks.js';

/** How long the first replica may take to say that it lives; overdue asks are told of again later than this. */
const firstWithinMs = 450;
/** How long after the first the others may. */
const othersWithinMs = 100;
/** How long a service is asked by replica after one did not answer: longer than NATS takes to drop it. */
const detourMs = 5_000;

/** A token of a subject. */
const replicaShape = /^[A-Za-z0-9_-]{1,64}$/;

/** One question to all replicas of a service: who lives, and who holds what. */
interface Look {
  readonly service: string;
  readonly overdue: Set<PendingAsk>;
  readonly living: string[];
  /** Ids of asks that some replica handles, or keeps waiting. */
  readonly held: Set<unknown>;
  isOver: boolean;
  timer: NodeJS.Timeout;
}

/** The replicas that a service is asked by, one after the other. */
interface Detour {
  readonly living: readonly string[];
  readonly until: number;
  turn: number;
}

/**
 * Finds out what became of overdue asks. While a replica is frozen or has vanished, the bus still hands it its share of what
 * the queue group is asked. Its service is therefore asked which replicas live and which asks they hold:
 *
 * 1. An ask that a living replica holds is left there: the service is merely slow, and repeating would make it slower.
 * 2. Any other is sent once more, to a replica that lives.
 * 3. For some seconds after that the service is asked by replica, so that no further ask waits for one that is frozen. Servers
 *    of NATS before 2.10 drop a frozen client only while they have nothing to send to it.
 */
export class LivingReplicas {
  /** The latest of each service, by where it is answered. */
  private readonly looks = new Map<string, Look>();
  private readonly detours = new Map<string, Detour>();

  /** @param repeat sends an ask once more */
  constructor(
    private readonly bus: Bus,
    private readonly pending: Pick<PendingAsks, 'has'>,
    private readonly repeat: (ask: PendingAsk, replica: string) => void,
  ) {}

  /** The replica that is to be asked next; undefined for any, as long as nothing is wrong. */
  next(service: string): string | undefined {
    const detour = this.detours.size === 0 ? undefined : this.detours.get(service);
    if (detour === undefined) return undefined;
    if (detour.living.length === 0 || detour.until < monotonicMs()) {
      this.detours.delete(service);
      return undefined;
    }
    detour.turn += 1;
    return detour.living[detour.turn % detour.living.length];
  }

  /** The bus has no such replica. */
  forget(service: string, replica: string): void {
    const detour = this.detours.get(service);
    if (detour === undefined) return;
    this.detours.set(service, { ...detour, living: detour.living.filter((one) => one !== replica) });
  }

  /** Looks where an overdue ask is. All that are overdue at a time share one look. */
  look(ask: PendingAsk): void {
    const reply = `${ask.answerPrefix}replicas`;
    const last = this.looks.get(reply);
    const look = last === undefined || last.isOver ? this.begin(ask.outgoing.service, reply) : last;
    look.overdue.add(ask);
  }

  /** A message that answers no look is dropped. */
  receive({ subject, data }: Msg): void {
    const look = this.looks.get(subject);
    const state = look && readState(payloadText(data));
    if (look === undefined || state === undefined) return;
    for (const id of state.holds) look.held.add(id);
    const { replica } = state;
    if (replica === undefined || look.living.includes(replica)) return;
    look.living.push(replica);
    if (look.isOver) this.join(look);
    else if (look.living.length === 1) this.endAfter(look, othersWithinMs);
  }

  private begin(service: string, reply: string): Look {
    const look: Look = {
      service,
      overdue: new Set(),
      living: [],
      held: new Set(),
      isOver: false,
      timer: setTimeout(() => this.end(look), firstWithinMs),
    };
    this.looks.set(reply, look);
    if (this.bus.isUp()) this.bus.connection.publish(lookSubjectOf(service, this.bus.user), '', { reply });
    return look;
  }

  private endAfter(look: Look, ms: number): void {
    clearTimeout(look.timer);
    look.timer = setTimeout(() => this.end(look), ms);
  }

  private end(look: Look): void {
    const { service, living, held } = look;
    const lost = [...look.overdue].filter((ask) => this.pending.has(ask) && !held.has(ask.id));
    look.isOver = true;
    look.overdue.clear();
    if (living.length === 0) return;
    if (lost.length > 0) this.detours.set(service, { living, until: monotonicMs() + detourMs, turn: 0 });
    else this.join(look);
    for (const ask of lost) {
      const replica = this.next(service);
      if (replica !== undefined) this.repeat(ask, replica);
    }
  }

  /** A replica that was late to answer lives too. */
  private join({ service, living }: Look): void {
    const detour = this.detours.get(service);
    if (detour !== undefined) this.detours.set(service, { ...detour, living });
  }
}

interface State {
  /** Left out by one that takes nothing more. */
  readonly replica: string | undefined;
  readonly holds: readonly unknown[];
}

function readState(text: string): State | undefined {
  try {
    const { replica, holds } = JSON.parse(text);
    if (!Array.isArray(holds)) return undefined;
    return { replica: typeof replica === 'string' && replicaShape.test(replica) ? replica : undefined, holds };
  } catch {
    return undefined;
  }
}
