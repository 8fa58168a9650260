/**
 * Another internal service, as docs/guides/listen-to-events.md describes one: a process of its own that follows the
 * events of the platform as the bus user `listener` and keeps what it heard, with its positions, in a database of its
 * own. `heard` has no unique key: an event that were applied twice would be there twice.
 */
import { commonOperations, runningServices } from '@countersign/contracts';
import { Bus, Messenger } from '@countersign/messaging';
import { createLogger } from '@countersign/observability';
import { EventFeed, PostgresPositions } from '@countersign/outbox';
import { answersInClear, Database, IdempotencyRecords, openDataSource, UnitOfWork } from '@countersign/persistence';

/** Listens until it is killed; says so on stdout when it begins. */
export async function listen({ natsUrl, databaseUrl, schema }) {
  const logger = createLogger({ service: 'listener', level: 'warn' });
  const dataSource = await openDataSource({
    url: databaseUrl,
    schema,
    entities: [],
    poolSize: 4,
    statementTimeoutMs: 4_000,
    logger,
  });
  const database = new Database(dataSource, 100);
  const unit = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  const bus = await Bus.connect({ url: natsUrl, name: 'journey-listener', user: 'listener', logger });
  const messenger = new Messenger(bus);
  new EventFeed({
    bus,
    streams: ['COUNTERSIGN_EVENTS'],
    durable: 'listener',
    sources: runningServices,
    askEvents: (source, after, limit) =>
      messenger.ask(commonOperations[source].listEvents, { after, limit }, messenger.newContext()),
    positions: new PostgresPositions(database, unit, 'journey'),
    handle: (event, tx) =>
      tx.query('insert into heard (event_id, source, sequence, event) values ($1, $2, $3, $4)', [
        event.id,
        event.source,
        event.sequence,
        JSON.stringify(event),
      ]),
    logger,
    reconcileMs: 5_000,
  }).start();
  process.stdout.write(`${JSON.stringify({ listening: true })}\n`);
}
