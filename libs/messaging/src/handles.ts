import { type Operation, Problem, type ReplyInput, type RequestOf } from '@countersign/contracts';
import { Ctx, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import type { Asked } from './ask-context.js';
import { describeFaults } from './fitting.js';
import type { OperationContext } from './operation-context.js';

/** What stands beside a handler in Nest's registry, so that the server knows who may ask it. */
export interface HandlerExtras {
  readonly operation: Operation;
}

type Handler<O extends Operation> = (request: RequestOf<O>, asked: Asked) => Promise<ReplyInput<O>> | ReplyInput<O>;

/**
 * Binds a method to an operation: its subject, its shapes both ways. The request is parsed on arrival (else
 * `request.malformed`), the reply before it leaves, so that a stray column cannot. The method is called with the
 * request and the {@link Asked} context, and refuses by throwing a `Problem`.
 */
export function Handles<O extends Operation>(operation: O) {
  return <M extends Handler<O>>(target: object, key: string, descriptor: TypedPropertyDescriptor<M>): void => {
    const method = descriptor.value;
    if (method === undefined) throw new Error(`${key} is not a method`);
    const bound = async function (this: unknown, payload: unknown, context: OperationContext): Promise<unknown> {
      try {
        const request = parseRequest(operation, payload);
        return parseReply(operation, await method.call(this, request, context.asked));
      } catch (error) {
        // Nest would turn anything else into a bare "internal server error" and lose the problem.
        throw new RpcException(error instanceof Object ? error : new Error(String(error)));
      }
    };
    descriptor.value = bound as unknown as M;
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    MessagePattern(operation.subject, { operation } satisfies HandlerExtras)(target, key, descriptor);
  };
}

function parseRequest<O extends Operation>(operation: O, payload: unknown): RequestOf<O> {
  const parsed = operation.request.safeParse(payload);
  if (parsed.success) return parsed.data as RequestOf<O>;
  throw new Problem('request.malformed', describeFaults(parsed.error));
}

function parseReply<O extends Operation>(operation: O, reply: unknown): unknown {
  const parsed = operation.reply.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new Error(`reply of ${operation.subject} does not fit: ${describeFaults(parsed.error)}`);
}
