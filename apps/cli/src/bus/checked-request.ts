import type { Operation, RequestInput, RequestOf } from '@countersign/contracts';
import { usageFault } from '../output/failure.js';

/**
 * Parses a request before anything is sent, so that a mistyped one is reported at once, in the words of the contract.
 * @throws Failure for usage, naming the fields
 */
export function checkedRequest<O extends Operation>(operation: O, request: RequestInput<O>): RequestOf<O> {
  const parsed = operation.request.safeParse(request);
  if (parsed.success) return parsed.data as RequestOf<O>;
  throw usageFault(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${sentence(issue.message)}`).join(', '));
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
