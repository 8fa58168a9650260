import { MsgHdrsImpl } from '@nats-io/transport-node';
import { NatsContext } from '@nestjs/microservices';
import type { Asked } from './ask-context.js';
import type { RequestHeaders } from './request-headers.js';

/** What `@Ctx()` hands to a handler: Nest's own NATS context, and who asked. */
export class OperationContext extends NatsContext {
  /** @param headers of the message, or of the item when it came in a batch */
  constructor(
    subject: string,
    private readonly headers: RequestHeaders,
    readonly asked: Asked,
  ) {
    super([subject, undefined]);
  }

  /** In the client library's form, as a plain Nest handler expects them. */
  override getHeaders(): MsgHdrsImpl {
    return MsgHdrsImpl.fromRecord(
      Object.fromEntries(Object.entries(this.headers.all()).map(([name, value]) => [name, [value]])),
    ) as MsgHdrsImpl;
  }
}
