import type { Metrics } from '@countersign/observability';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CoalescingClient } from '../client/coalescing-client.js';
import { Messenger } from '../client/messenger.js';
import { Bus } from '../connection/bus.js';

export interface MessagingOptions {
  /** The owner of the bus closes it, after the server has drained. */
  readonly bus: Bus;
  readonly metrics?: Metrics | undefined;
  readonly maxPending?: number;
}

/** Gives every module of a service its `Messenger` (and the `Bus` below it). */
@Global()
@Module({})
export class MessagingModule {
  static forRoot({ bus, metrics, maxPending }: MessagingOptions): DynamicModule {
    const client = new CoalescingClient(bus, maxPending === undefined ? {} : { maxPending });
    const messenger = new Messenger(bus, client, metrics);
    const providers = [
      { provide: Bus, useValue: bus },
      { provide: Messenger, useValue: messenger },
    ];
    return { module: MessagingModule, providers, exports: providers };
  }
}
