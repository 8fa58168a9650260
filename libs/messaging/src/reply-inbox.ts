import type { OwningService, Principal } from '@countersign/contracts';

/** A person with `nats req` and no prefix of their own asks from here; only operators may subscribe it. */
const personInbox = '_INBOX.';
const inboxShape = /^_INBOX_([a-z]+)\.([a-z]+)\.[A-Za-z0-9_.-]+$/;
const operatorInboxShape = /^_INBOX(_operator)?\.[A-Za-z0-9_.-]+$/;
const longestInbox = 200;

/** Where the answers for a principal arrive: nobody else may subscribe below it. */
export function inboxPrefixOf(principal: Principal): string {
  return `_INBOX_${principal}`;
}

/**
 * The part of a principal's inbox that one service may publish to: `_INBOX_<principal>.<service>.`. A service that
 * was taken over can thus answer in its own name only, never in that of another service.
 */
export function answerPrefixOf(principal: Principal, service: string): string {
  return `${inboxPrefixOf(principal)}.${service}.`;
}

/**
 * Guarantee G10: who asked, by the inbox the answer goes to, which only that principal hears. `undefined` when the
 * inbox is nobody's who may ask: then the request is neither run nor answered, or a reply subject could be aimed at
 * somebody's ears (another operation, the JetStream API, an event).
 */
export function askerOf(
  reply: string | undefined,
  service: OwningService,
  askedBy: readonly Principal[],
): Principal | undefined {
  if (reply === undefined || reply.length > longestInbox) return undefined;
  if (askedBy.includes('operator') && isOperatorInbox(reply)) return 'operator';
  const match = inboxShape.exec(reply);
  if (match === null || match[2] !== service) return undefined;
  return askedBy.find((principal) => principal === match[1]);
}

/** Whether an answer sent there is heard by operators only. */
export function isOperatorInbox(reply: string | undefined): boolean {
  return reply !== undefined && reply.length <= longestInbox && operatorInboxShape.test(reply);
}

/** Subjects an owning service may publish answers to, given who asks it. */
export function answerSubjectsOf(service: OwningService, askers: readonly Principal[]): readonly string[] {
  const own = askers.filter((asker) => asker !== 'operator').map((asker) => `${answerPrefixOf(asker, service)}>`);
  return [...own, `${personInbox}>`, `${inboxPrefixOf('operator')}.>`];
}
