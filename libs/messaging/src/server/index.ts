/**
 * The answering side of the bus, for Nest applications. {@link Handles} binds a method of a use case to an operation,
 * {@link CountersignServer} is the strategy of the microservice that answers them, and {@link MessagingModule} provides the
 * `Messenger` to a module that asks other services.
 *
 * Everything of messaging that loads Nest is here. A program that only asks imports `@countersign/messaging` and loads none
 * of it.
 */
export { CountersignServer, type CountersignServerOptions, type TogetherBounds } from './countersign-server.js';
export { handlerOf } from './handler-of.js';
export { Handles, HandlesTogether } from './handles.js';
export { MessagingModule, type MessagingOptions } from './messaging.module.js';
export { type AnswerTo, type AskedRequest, answerEach } from './together.js';
