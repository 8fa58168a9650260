import { commonOperations, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { listEvents } from '@countersign/outbox';
import { Database } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { ShowKeyRing } from './show-key-ring.js';

const operations = commonOperations.authentication;

/** What every owning service answers about itself. */
@Controller()
export class ServiceHandlers {
  constructor(
    private readonly database: Database,
    private readonly showKeyRing: ShowKeyRing,
  ) {}

  @Handles(operations.listEvents)
  listEvents(request: RequestOf<typeof operations.listEvents>, asked: Asked) {
    return listEvents(this.database, 'authentication', asked.caller, request);
  }

  @Handles(operations.showKeyRing)
  keyRing() {
    return this.showKeyRing.run();
  }
}
