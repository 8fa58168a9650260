import { commonOperations, events, propertyOfField } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeLoad, keyOf, shownChanges } from './change-load.js';
import { type Heard, Listener } from './listener.js';
import { Platform, type RunningProgram } from './platform.js';

/** Guarantee G3, attacked from outside: users change all the while, and one thing after the other is killed. */
const isHeard = new Set(events.filter(({ heardBy }) => heardBy.includes('listener')).map(({ type }) => type));
const sources = Object.keys(commonOperations);

let platform: Platform;
let listener: Listener;
let load: ChangeLoad;
let directory: RunningProgram;
const gateways: string[] = [];
beforeAll(async () => {
  platform = await Platform.start();
  const [secondGateway, joined] = await Promise.all([
    platform.join('gateway'),
    platform.join('directory'),
    platform.join('authentication'),
  ]);
  directory = joined;
  gateways.push(platform.program.url, secondGateway.url);
  listener = await Listener.start(platform);
  load = ChangeLoad.start(platform.application, gateways);
}, 180_000);
afterAll(async () => {
  await load?.stop();
  await listener?.kill();
  await platform?.remove();
}, 60_000);

/** What was killed is back: changes are acknowledged again, and heard. Nothing was restarted by hand. */
async function goesOn(): Promise<void> {
  await load.flows();
  await listener.catchesUp();
}

describe('events go on', () => {
  it('while nothing fails', goesOn, 60_000);

  it('when the listener is killed', async () => {
    await listener.killAndRun();
    await goesOn();
  }, 60_000);

  it('when NATS is killed', async () => {
    platform.killServer('nats');
    await goesOn();
  }, 60_000);

  it('when PostgreSQL is killed', async () => {
    platform.killServer('postgres');
    await goesOn();
  }, 60_000);

  it('when NATS loses its store, and the listener is away meanwhile', async () => {
    await listener.kill();
    await load.flows();
    platform.wipeStreams();
    await load.flows();
    await listener.killAndRun();
    await goesOn();
  }, 90_000);

  it('when the platform is killed and replicas carry on; then the one that publishes is killed, too', async () => {
    await platform.program.end('SIGKILL');
    gateways.splice(0, 1);
    await goesOn();
    await eventually(async () => expect(await publishedBy(directory)).toBeGreaterThan(0), { deadlineMs: 30_000 });
    await directory.end('SIGKILL');
    await platform.startAgain();
    gateways.push(platform.program.url);
    await goesOn();
  }, 120_000);
});

describe('in the end', () => {
  let heard: Heard[];
  beforeAll(async () => {
    await load.stop();
    await settleReservations();
    await eventually(
      async () => {
        for (const source of sources) expect(await unnumbered(source)).toBe(0);
      },
      { deadlineMs: 30_000 },
    );
    await listener.catchesUp();
    heard = await listener.heard();
  }, 120_000);

  it('every source has numbered its events without a gap', async () => {
    for (const source of sources) {
      const rows = await outboxOf(source);
      expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_row, index) => index + 1));
      expect(rows.length).toBeGreaterThan(20);
    }
  });

  it('the listener has applied each event that it may hear once, in order, and no other', async () => {
    for (const source of sources) {
      const may = (await outboxOf(source)).filter(({ type }) => isHeard.has(type));
      const applied = heard.filter((event) => event.source === source);
      expect(applied.map(({ sequence, event_id }) => ({ sequence, event_id }))).toEqual(
        may.map(({ sequence, event_id }) => ({ sequence, event_id })),
      );
    }
  });

  it('each acknowledged change has one event, each event a change that was asked for, and the users are as they say', async () => {
    expect(load.strange).toEqual([]);
    const events = new Counts(heardChanges(heard));
    const shown = new Counts(await shownChanges(platform.application, load.changes));
    for (const change of load.changes) {
      const key = keyOf(change);
      const isCertain = change.outcome === 'acknowledged';
      expect([key, events.of(key)]).toEqual([key, isCertain ? 1 : shown.of(key)]);
      expect([key, shown.of(key)]).toEqual([key, events.of(key)]);
    }
    expect(events.size).toBeLessThanOrEqual(load.changes.length);
  }, 60_000);

  it('each new user has one event of a password, and no other user has one', () => {
    const created = heard.filter(({ event }) => event.type === 'directory.user.created');
    const set = heard.filter(({ event }) => event.type === 'authentication.password.set');
    expect(set.map(({ event }) => event.target.id).sort()).toEqual(created.map(({ event }) => event.target.id).sort());
  });
});

class Counts {
  private readonly counts = new Map<string, number>();
  constructor(keys: readonly string[]) {
    for (const key of keys) this.counts.set(key, this.of(key) + 1);
  }
  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }
  get size(): number {
    return this.counts.size;
  }
}

/** The changes of the load, as the events tell them. */
function heardChanges(heard: readonly Heard[]): string[] {
  const names = new Map(
    heard
      .filter(({ event }) => event.type === 'directory.user.created')
      .map(({ event }) => [event.target.id, event.personal?.userId ?? '']),
  );
  return heard
    .filter(({ event }) => names.get(event.target.id)?.startsWith('load ') ?? false)
    .filter(({ event }) => event.type === 'directory.user.created' || event.type === 'directory.user.updated')
    .map(({ event }) => keyOf({ userId: names.get(event.target.id) ?? '', property: propertiesOf(event.details.set) }));
}

/** Events name the fields of the neutral user, the load the properties of the dialect that it speaks. */
function propertiesOf(fields: readonly string[] | undefined): string | undefined {
  return fields?.map((field) => propertyOfField(field) ?? field).join();
}

interface OutboxRow {
  readonly event_id: string;
  readonly type: string;
  readonly sequence: number;
}

function outboxOf(source: string): Promise<OutboxRow[]> {
  return platform.query<OutboxRow>(`select event_id, type, sequence::float8 from ${source}.outbox order by sequence`);
}

async function unnumbered(source: string): Promise<number> {
  return (await platform.query(`select 1 as one from ${source}.outbox where sequence is null`)).length;
}

/** A creation of which authentication was not told the end is settled after two minutes: let them have passed. */
async function settleReservations(): Promise<void> {
  await eventually(
    async () => {
      const open = await platform.query(
        `update authentication.reservation set reserved_at = reserved_at - interval '1 hour' returning 1 as one`,
      );
      expect(open).toEqual([]);
    },
    { deadlineMs: 60_000, everyMs: 500 },
  );
}

async function publishedBy(service: RunningProgram): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^countersign_outbox_published_events_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
}
