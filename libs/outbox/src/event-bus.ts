import type { NatsConnection } from '@nats-io/transport-node';

/** The part of `Bus` (messaging) that is used here. */
export interface EventBus {
  readonly connection: NatsConnection;
  /** Of the inboxes that the connection's user may hear; default: that of NATS. */
  readonly inboxPrefix?: string;
  isUp(): boolean;
  onUp(listener: () => void): () => void;
}
