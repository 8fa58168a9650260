import { type Operation, Problem, type RequestOf } from '@countersign/contracts';
import type { z } from 'zod';

const namedFaults = 8;

/** Names the fields that do not fit and why, never their values: the text reaches logs and callers. */
export function describeFaults(error: z.ZodError): string {
  const faults = error.issues.slice(0, namedFaults).map((issue) => `${pathOf(issue)}: ${reasonOf(issue)}`);
  const more = error.issues.length - faults.length;
  return more > 0 ? `${faults.join('; ')}; and ${more} more` : faults.join('; ');
}

function pathOf(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? 'request' : issue.path.map(String).join('.').slice(0, 100);
}

/** Zod's own messages name expected types and bounds, except for these, which repeat what was found. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'holds unknown fields';
  if (issue.code === 'invalid_union') return 'fits none of the allowed shapes';
  return issue.message.slice(0, 200);
}

/** @throws Problem `request.malformed` that names the fields which do not fit */
export function parseRequest<O extends Operation>(operation: O, request: unknown): RequestOf<O> {
  const parsed = operation.request.safeParse(request);
  if (parsed.success) return parsed.data as RequestOf<O>;
  throw new Problem('request.malformed', describeFaults(parsed.error));
}
