import type { OwningService, Principal } from '@countersign/contracts';

/** A person with `nats req` and no prefix of their own asks from here; only operators may subscribe it. */
const personInbox = '_INBOX.';
const tokensShape = /^[A-Za-z0-9_.-]+$/;
const operatorInboxShape = /^_INBOX(_operator)?\.[A-Za-z0-9_.-]+$/;
const longestInbox = 200;

/** Where the answers for a principal arrive. The bus permits no other user to subscribe below it. */
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
 * Guarantee G10: whether an answer sent to `reply` reaches the asker alone. NATS lets a client name any reply subject,
 * so an inbox does not say who asks (`askSubjectOf` does). But a reply subject elsewhere would send our answer to another
 * asker, to an operation, to the JetStream API or out as an event.
 */
export function isInboxOf(asker: Principal, reply: string | undefined, service: OwningService): reply is string {
  if (asker === 'operator') return isOperatorInbox(reply);
  const prefix = answerPrefixOf(asker, service);
  return (
    reply !== undefined &&
    reply.length <= longestInbox &&
    reply.startsWith(prefix) &&
    tokensShape.test(reply.slice(prefix.length))
  );
}

/** Whether an answer sent there reaches operators only. */
export function isOperatorInbox(reply: string | undefined): reply is string {
  return reply !== undefined && reply.length <= longestInbox && operatorInboxShape.test(reply);
}

/** Subjects an owning service may publish answers to, given who asks it. */
export function answerSubjectsOf(service: OwningService, askers: readonly Principal[]): readonly string[] {
  const own = askers.filter((asker) => asker !== 'operator').map((asker) => `${answerPrefixOf(asker, service)}>`);
  return [...own, `${personInbox}>`, `${inboxPrefixOf('operator')}.>`];
}
