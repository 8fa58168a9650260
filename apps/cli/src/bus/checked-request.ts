import type { Operation, RequestInput } from '@countersign/contracts';
import { usageFault } from '../output/failure.js';

/**
 * The request as it is, once it is known to fit: what was typed wrongly is said at once and in the words of the contract.
 * @throws Failure for usage, naming the fields
 */
export function checkedRequest<O extends Operation>(operation: O, request: RequestInput<O>): RequestInput<O> {
  const parsed = operation.request.safeParse(request);
  if (parsed.success) return request;
  throw usageFault(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${sentence(issue.message)}`).join(', '));
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
