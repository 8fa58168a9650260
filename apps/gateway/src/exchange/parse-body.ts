import { isProblemCode, Problem, type ProblemCode } from '@countersign/contracts';
import type { z } from 'zod';
import { MalformedRequest } from '../http/malformed-request.js';

/**
 * Reads a body by the schema that describes it. The first value that does not fit decides. The text of its error is
 * shown to the caller behind the name of the value, as in `groupNames is empty`. Where the text is that of
 * {@link refusedAs}, the body is refused with that problem instead.
 * @throws MalformedRequest, Problem
 */
export function parseBody<Body>(schema: z.ZodType<Body>, read: unknown): Body {
  const parsed = schema.safeParse(read);
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: 'does not fit' }] = parsed.error.issues;
  if (isProblemCode(message)) throw new Problem(message);
  throw new MalformedRequest([path.join('.'), message].filter((part) => part !== '').join(' '));
}

/** As the error of a schema: a value that does not fit is refused like one that a service refuses. */
export function refusedAs(code: ProblemCode): string {
  return code;
}
