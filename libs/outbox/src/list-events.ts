import { type EventEnvelope, events, type OwningService, type Principal } from '@countersign/contracts';
import type { Queryable } from '@countersign/persistence';
import { envelopeOf, type NumberedRow, numberedAfter } from './outbox-envelope.js';

/** A page of a service's events: see the operation `event.list`. */
export interface EventPage {
  readonly events: EventEnvelope[];
  readonly through: number;
  readonly last: number;
}

/** Half of what NATS carries in one message. */
const largestPageBytes = 512 * 1024;

const heardBy: ReadonlyMap<string, readonly Principal[]> = new Map(events.map((event) => [event.type, event.heardBy]));

/** Types that an earlier version recorded and this one does not know are for the trail alone. */
function mayHear(caller: Principal, type: string): boolean {
  return (heardBy.get(type) ?? ['audit']).includes(caller);
}

/**
 * Events after a sequence that `caller` may hear, in their order, from the outbox: answers `event.list` of a service.
 * `through` says how far the page reaches; what is missing below it is not for this caller.
 */
export async function listEvents(
  database: Queryable,
  service: OwningService,
  caller: Principal,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EventPage> {
  const rows = await database.query<NumberedRow>(numberedAfter, [after, limit]);
  const [head] = await database.query<{ last_sequence: string }>('select last_sequence from outbox_head where is_only');
  const last = Number(head?.last_sequence ?? 0);
  const page: EventEnvelope[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = envelopeOf(service, row);
    if (!mayHear(caller, event.type)) continue;
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (page.length > 0 && bytes > largestPageBytes) return { events: page, through: event.sequence - 1, last };
    page.push(event);
  }
  // numbers have no gaps: a page that was not cut reaches as far as its last row
  const through = Number(rows.at(-1)?.sequence ?? Math.max(after, 0));
  return { events: page, through, last };
}
