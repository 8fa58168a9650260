import { monotonicMs } from '@countersign/clock';
import type { Msg } from '@nats-io/transport-node';
import type { Bus } from '../connection/bus.js';
import { payloadText } from '../wire/payload.js';
import { probeSubjectOf } from '../wire/subjects.js';
import { overdueAfterMs, type PendingAsk, type PendingAsks } from './pending-asks.js';

/** How long the first replica may take to answer a probe: it is over when the next one could begin. */
const firstWithinMs = overdueAfterMs - 50;
/** How long after the first the others may. */
const othersWithinMs = 100;
/**
 * How long asks are routed to single replicas after one did not answer: longer than NATS takes to drop it, and than the
 * deadline of an ask to another service that fails meanwhile.
 */
const directMs = 15_000;

/** A token of a subject. */
const replicaShape = /^[A-Za-z0-9_-]{1,64}$/;

/** One question to all replicas of a service: which of them live, and which asks they hold. */
interface Probe {
  readonly service: string;
  readonly overdue: Set<PendingAsk>;
  readonly living: string[];
  /** Ids of asks that some replica handles, or keeps waiting. */
  readonly held: Set<unknown>;
  isOver: boolean;
  timer: NodeJS.Timeout;
}

/** The replicas that are asked one after the other, instead of the queue group. */
interface DirectRoute {
  readonly living: readonly string[];
  readonly until: number;
  turn: number;
}

/**
 * Finds out what became of overdue asks. While a replica is frozen or has vanished, the bus still hands it its share of what
 * the queue group is asked. Its service is therefore asked which replicas live and which asks they hold:
 *
 * 1. An ask that a living replica holds is left there: the service is merely slow, and repeating would make it slower.
 * 2. Any other is lost, or will be handled late. If asking twice leaves no trace it is sent once more, to a replica that lives. A
 *    change is not: a refusal of the second would say nothing about the first, which may still take effect.
 * 3. For some seconds after that all asks go to replicas that live, so that no further ask waits for one that is frozen. Servers
 *    of NATS before 2.10 drop a frozen client only while they have nothing to send to it.
 */
export class ReplicaProbes {
  /** The latest of each service, by where it is answered. */
  private readonly probes = new Map<string, Probe>();
  private readonly routes = new Map<string, DirectRoute>();

  /** @param repeat sends an ask once more */
  constructor(
    private readonly bus: Bus,
    private readonly pending: Pick<PendingAsks, 'has'>,
    private readonly repeat: (ask: PendingAsk, replica: string) => void,
  ) {}

  /** The replica that is to be asked next; undefined for any, as long as nothing is wrong. */
  next(service: string): string | undefined {
    const route = this.routes.size === 0 ? undefined : this.routes.get(service);
    if (route === undefined) return undefined;
    if (route.living.length === 0 || route.until < monotonicMs()) {
      this.routes.delete(service);
      return undefined;
    }
    route.turn += 1;
    return route.living[route.turn % route.living.length];
  }

  /** The bus has no such replica. */
  forget(service: string, replica: string): void {
    const route = this.routes.get(service);
    if (route === undefined) return;
    this.routes.set(service, { ...route, living: route.living.filter((one) => one !== replica) });
  }

  /** Finds out where an overdue ask is. All that are overdue at a time share one probe. */
  probe(ask: PendingAsk): void {
    const reply = `${ask.answerPrefix}replicas`;
    const last = this.probes.get(reply);
    const probe = last === undefined || last.isOver ? this.begin(ask.outgoing.service, reply) : last;
    probe.overdue.add(ask);
  }

  /** A message that answers no probe is dropped. */
  receive({ subject, data }: Msg): void {
    const probe = this.probes.get(subject);
    const state = probe && readState(payloadText(data));
    if (probe === undefined || state === undefined) return;
    for (const id of state.holds) probe.held.add(id);
    const { replica } = state;
    if (replica === undefined || probe.living.includes(replica)) return;
    probe.living.push(replica);
    if (probe.isOver) this.join(probe);
    else if (probe.living.length === 1) this.endAfter(probe, othersWithinMs);
  }

  private begin(service: string, reply: string): Probe {
    const probe: Probe = {
      service,
      overdue: new Set(),
      living: [],
      held: new Set(),
      isOver: false,
      timer: setTimeout(() => this.end(probe), firstWithinMs),
    };
    this.probes.set(reply, probe);
    if (this.bus.isUp()) this.bus.connection.publish(probeSubjectOf(service, this.bus.user), '', { reply });
    return probe;
  }

  private endAfter(probe: Probe, ms: number): void {
    clearTimeout(probe.timer);
    probe.timer = setTimeout(() => this.end(probe), ms);
  }

  private end(probe: Probe): void {
    const { service, living, held } = probe;
    const lost = [...probe.overdue].filter((ask) => this.pending.has(ask) && !held.has(ask.id));
    probe.isOver = true;
    probe.overdue.clear();
    if (living.length === 0) return;
    if (lost.length > 0) this.routes.set(service, { living, until: monotonicMs() + directMs, turn: 0 });
    else this.join(probe);
    for (const ask of lost.filter(({ outgoing }) => outgoing.isRepeatable)) {
      const replica = this.next(service);
      if (replica !== undefined) this.repeat(ask, replica);
    }
  }

  /** A replica that was late to answer lives too. */
  private join({ service, living }: Probe): void {
    const route = this.routes.get(service);
    if (route !== undefined) this.routes.set(service, { ...route, living });
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
