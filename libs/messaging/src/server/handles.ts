import type { Operation, ReplyInput, RequestOf } from '@countersign/contracts';
import { Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { Asked } from '../wire/ask-context.js';
import type { AnswerTo, AskedRequest } from './together.js';

/** What stands beside a handler in Nest's registry, so that the server knows its shapes and who may ask it. */
export interface HandlerExtras {
  readonly operation: Operation;
  /** What the method takes: one request, or all that wait. */
  readonly takes: 'one' | 'many';
}

type Handler<O extends Operation> = (request: RequestOf<O>, context: Asked) => Promise<ReplyInput<O>> | ReplyInput<O>;
type HandlerOfMany<O extends Operation> = (
  requests: readonly AskedRequest<O>[],
) => Promise<readonly AnswerTo<O>[]> | readonly AnswerTo<O>[];

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
    Ctx()(target, key, 1);
    bind({ operation, takes: 'one' }, target, key, descriptor);
  };
}

/**
 * Binds a method to an operation as {@link Handles} does, for a hot path where many requests can share a statement or a
 * transaction. The method takes all requests that wait at the end of an event-loop turn, one or many, and answers each by
 * position:
 *
 * ```ts
 * @HandlesTogether(showCredential)
 * async show(requests: readonly AskedRequest<typeof showCredential>[]): Promise<AnswerTo<typeof showCredential>[]> {}
 * ```
 *
 * Each request is parsed, judged, answered and counted alone. An answer is the reply or an `Error` (a `Problem` to refuse), or
 * a promise of one where it takes longer than those of the others; {@link answerEach} makes them. A method that throws has
 * done nothing: it is called again for each request alone, or all are refused if it threw `store.unavailable`.
 */
export function HandlesTogether<O extends Operation>(operation: O) {
  return <M extends HandlerOfMany<O>>(target: object, key: string, descriptor: TypedPropertyDescriptor<M>): void =>
    bind({ operation, takes: 'many' }, target, key, descriptor);
}

function bind(extras: HandlerExtras, target: object, key: string, descriptor: PropertyDescriptor): void {
  Payload()(target, key, 0);
  UseFilters(rethrow)(target, key, descriptor);
  MessagePattern(extras.operation.subject, extras)(target, key, descriptor);
}
