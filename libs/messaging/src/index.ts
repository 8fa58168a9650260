/**
 * Operations asked over NATS, and what both sides of the bus agree on. A process joins as one user of the bus ({@link Bus})
 * and asks with {@link Messenger}. Each ask carries a deadline, an idempotency key, a trace and the actor
 * ({@link AskContext}); request and reply are parsed; it ends in the reply or in a `Problem`, before the deadline.
 *
 * What one event-loop turn asks of one subject is sent as one message. A lone ask is sent at once.
 * The subject that was asked proves who asks, and answers go to the inbox of the asker only (guarantee G10):
 * {@link askSubjectOf}, {@link probeSubjectOf} and {@link answerSubjectsOf} are what the permissions of the bus are made from.
 *
 * Rooms: `wire` (what a message holds), `connection` (one connection, kept up), `client` (asks), `server` (answers). The
 * answering side loads Nest; its entry is `@countersign/messaging/server`. Events do not go through this library but
 * through the outbox.
 */
export { Messenger, type MessengerOptions } from './client/messenger.js';
export { Bus, type BusOptions } from './connection/bus.js';
export type { BusCredentialFiles, BusTlsFiles } from './connection/bus-credentials.js';
export { type BusSettings, busOptionsOf } from './connection/bus-settings.js';
export { type AskContext, type Asked, newAskContext } from './wire/ask-context.js';
export { describeFaults } from './wire/fitting.js';
export { answerSubjectsOf, inboxPrefixOf } from './wire/reply-inbox.js';
export { askSubjectOf, discoverySubjectsOf, probeSubjectOf } from './wire/subjects.js';
