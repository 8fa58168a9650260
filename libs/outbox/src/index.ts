import { IdempotencyRecord } from '@countersign/persistence';
import { OutboxHead } from './outbox-head.entity.js';
import { OutboxRow } from './outbox-row.entity.js';

export * from './event-bus.js';
export * from './event-feed.js';
export * from './event-position.entity.js';
export * from './list-events.js';
export * from './outbox.js';
export * from './outbox-envelope.js';
export * from './outbox-head.entity.js';
export * from './outbox-row.entity.js';
export * from './outbox-sql.js';
export * from './position-store.js';
export * from './postgres-positions.js';
export * from './relay.js';

/** Entities of the tables that `outboxMigrationSql` makes, for a service's list of entities. */
export const outboxEntities = Object.freeze([OutboxRow, OutboxHead, IdempotencyRecord] as const);
