/**
 * Operations asked over NATS, and what both sides agree on. A process joins as one user of the bus ({@link Bus}) and
 * asks by {@link Messenger}: each ask has a deadline, an idempotency key, a trace and somebody who acts
 * ({@link AskContext}), is parsed both ways, and ends in its reply or in a `Problem`, before the deadline.
 *
 * What one event-loop turn asks of one subject shares a message ({@link CoalescingClient}); a lone ask waits for
 * nobody. Who asks is told from the subject that was asked, and answers go to the asker's own inbox only (guarantee
 * G10): {@link askSubjectOf} and {@link answerSubjectsOf} are what the permissions of the bus are made from.
 *
 * Rooms: `wire` (what a message holds), `connection` (one connection, kept up), `client` (asks), `server` (answers).
 * The answering side loads Nest and has a door of its own, `@countersign/messaging/server`. Events are not sent from
 * here: they go through the outbox.
 */
export { CoalescingClient, type CoalescingClientOptions } from './client/coalescing-client.js';
export { Messenger } from './client/messenger.js';
export { Bus, type BusOptions } from './connection/bus.js';
export type { BusCredentialFiles, BusTlsFiles } from './connection/bus-credentials.js';
export { type BusSettings, busOptionsOf } from './connection/bus-settings.js';
export { type AskContext, type Asked, newAskContext } from './wire/ask-context.js';
export { describeFaults, parseReply } from './wire/fitting.js';
export { answerSubjectsOf, inboxPrefixOf } from './wire/reply-inbox.js';
export { askSubjectOf, discoverySubjectsOf } from './wire/subjects.js';
