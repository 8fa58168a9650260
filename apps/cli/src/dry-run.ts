import type { Operation, RequestInput } from '@countersign/contracts';
import { checkedRequest } from './bus/checked-request.js';
import type { Invocation } from './invocation.js';

/**
 * With `--dry-run`: checks the request, prints what would be asked, and answers true; nothing is connected.
 * @param shown the request without its secrets
 * @throws Failure for usage when the request does not fit
 */
export function saidInsteadOfDone<O extends Operation>(
  { given, terminal }: Invocation,
  operation: O,
  request: RequestInput<O>,
  shown: Readonly<Record<string, unknown>> = request as Readonly<Record<string, unknown>>,
): boolean {
  checkedRequest(operation, request);
  if (!given.isSet('dryRun')) return false;
  terminal.line(JSON.stringify({ subject: operation.subject, request: shown }));
  terminal.remark('not asked: --dry-run');
  return true;
}
