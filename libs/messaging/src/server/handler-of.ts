import type { Operation, ReplyInput, RequestOf } from '@countersign/contracts';
import { Controller, Inject, type Type } from '@nestjs/common';
import type { Asked } from '../wire/ask-context.js';
import { Handles } from './handles.js';

/**
 * A controller that answers `operation` by what is injected as `type`: for operations that every service has, each under
 * a subject of its own, so that no decorator on the class can name it.
 */
export function handlerOf<O extends Operation, T>(
  operation: O,
  type: Type<T>,
  answer: (by: T, request: RequestOf<O>, context: Asked) => Promise<ReplyInput<O>>,
): Type {
  @Controller()
  class Handler {
    constructor(@Inject(type) private readonly by: T) {}

    @Handles(operation)
    handle(request: RequestOf<O>, context: Asked): Promise<ReplyInput<O>> {
      return answer(this.by, request, context);
    }
  }
  return Handler;
}
