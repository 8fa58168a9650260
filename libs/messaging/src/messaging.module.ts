import type { Metrics } from '@countersign/observability';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Bus } from './bus.js';
import { CoalescingClient } from './coalescing-client.js';
import { Messenger } from './messenger.js';

export interface MessagingOptions {
  /** The owner of the bus closes it, after the server has drained. */
  readonly bus: Bus;
  readonly metrics?: Metrics | undefined;
  readonly maxPending?: number;
}

/** Gives every module of a service its `Messenger` (and the `Bus` and client below it). */
@Global()
@Module({})
export class MessagingModule {
  static forRoot({ bus, metrics, maxPending }: MessagingOptions): DynamicModule {
    const client = new CoalescingClient(bus, maxPending === undefined ? {} : { maxPending });
    const messenger = new Messenger(bus, client, metrics);
    const providers = [
      { provide: Bus, useValue: bus },
      { provide: CoalescingClient, useValue: client },
      { provide: Messenger, useValue: messenger },
    ];
    return { module: MessagingModule, providers, exports: providers };
  }
}
