import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Messenger, type MessengerOptions } from '../client/messenger.js';
import { Bus } from '../connection/bus.js';

export interface MessagingOptions extends MessengerOptions {
  /** The owner of the bus closes it, after the server has drained. */
  readonly bus: Bus;
}

/** Gives every module of a service its `Messenger` (and the `Bus` below it). */
@Global()
@Module({})
export class MessagingModule {
  static forRoot({ bus, ...options }: MessagingOptions): DynamicModule {
    const providers = [
      { provide: Bus, useValue: bus },
      { provide: Messenger, useValue: new Messenger(bus, options) },
    ];
    return { module: MessagingModule, providers, exports: providers };
  }
}
