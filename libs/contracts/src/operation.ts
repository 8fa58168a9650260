import type { z } from 'zod';
import type { ProblemCode } from './problem.js';
import type { OwningService, Principal } from './services.js';

/**
 * One request/reply message, declared once: subject, who may ask it, what it does to the world, both shapes and the
 * refusals a caller has to expect beside those every ask can meet.
 */
export interface Operation<
  Request extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
  Refusal extends ProblemCode = ProblemCode,
> {
  /** `countersign.v1.<service>.<noun>.<verb>`: an operator asks here, every other principal on `<subject>.<principal>`. */
  readonly subject: string;
  readonly service: OwningService;
  readonly summary: string;
  /** The bus's permissions, the network policies and the subjects a service hears come from this list. */
  readonly askedBy: readonly Principal[];
  /** `none` only if asking twice leaves no trace. */
  readonly effect: 'none' | 'changes';
  readonly request: Request;
  readonly reply: Reply;
  readonly refusals: readonly Refusal[];
}

/** What a caller may hand in (before defaults are filled). */
export type RequestInput<O extends Operation> = z.input<O['request']>;
/** What a handler receives. */
export type RequestOf<O extends Operation> = z.output<O['request']>;
/** What a handler returns and a caller receives. */
export type ReplyOf<O extends Operation> = z.output<O['reply']>;
/** What a handler may hand back (before defaults are filled). */
export type ReplyInput<O extends Operation> = z.input<O['reply']>;
/** The codes that an operation declares, as a closed type: a caller that translates them cannot forget one. */
export type RefusalOf<O extends Operation> = O['refusals'][number];

const subjectPattern = /^countersign\.v1\.([a-z]+)\.[a-z-]+\.[a-z-]+$/;

/** Declares an operation; the service is read from the subject, so that the two cannot disagree. */
export function defineOperation<
  Request extends z.ZodType,
  Reply extends z.ZodType,
  const Refusal extends ProblemCode = never,
>(declaration: Omit<Operation<Request, Reply, Refusal>, 'service'>): Operation<Request, Reply, Refusal> {
  const service = subjectPattern.exec(declaration.subject)?.[1];
  if (service === undefined)
    throw new Error(`subject ${declaration.subject} is not countersign.v1.<service>.<noun>.<verb>`);
  return Object.freeze({ ...declaration, service: service as OwningService });
}
