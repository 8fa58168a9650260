import type { Operation, ReplyInput, RequestOf } from '@countersign/contracts';
import { Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { Asked } from '../wire/ask-context.js';

/** What stands beside a handler in Nest's registry, so that the server knows its shapes and who may ask it. */
export interface HandlerExtras {
  readonly operation: Operation;
}

type Handler<O extends Operation> = (request: RequestOf<O>, context: Asked) => Promise<ReplyInput<O>> | ReplyInput<O>;

/** Nest would turn what a method throws into a bare "internal server error"; so the server gets it as it is. */
@Catch()
class Rethrow implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

const rethrow = new Rethrow();

/**
 * Binds a method to an operation. It stands on the use case itself:
 *
 * ```ts
 * @Controller()
 * export class RenameUser {
 *   @Handles(renameUser)
 *   async rename(request: RequestOf<typeof renameUser>, context: Asked): Promise<ReplyInput<typeof renameUser>> {}
 * }
 * ```
 *
 * The class is listed in `controllers` of its module. What comes over the bus is parsed before the method is called
 * (else `request.malformed`), and what it returns before it leaves, so that a stray column cannot. The method refuses
 * by throwing a `Problem`. The method is left as it is: other code may call it like any method, with a request
 * that is parsed already.
 */
export function Handles<O extends Operation>(operation: O) {
  return <M extends Handler<O>>(target: object, key: string, descriptor: TypedPropertyDescriptor<M>): void => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(rethrow)(target, key, descriptor);
    MessagePattern(operation.subject, { operation } satisfies HandlerExtras)(target, key, descriptor);
  };
}
