import { commonOperations, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { listEvents } from '@countersign/outbox';
import { Database } from '@countersign/persistence';
import { Controller } from '@nestjs/common';

const { listEvents: operation } = commonOperations.directory;

@Controller()
export class EventHandlers {
  constructor(private readonly database: Database) {}

  @Handles(operation)
  list(request: RequestOf<typeof operation>, { caller }: Asked): Promise<ReplyOf<typeof operation>> {
    return listEvents(this.database, 'directory', caller, request);
  }
}
