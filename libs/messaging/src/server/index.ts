/**
 * The answering side of the bus, in a Nest application. A use case binds its method to an operation by {@link Handles};
 * {@link CountersignServer} is the strategy of the microservice that answers them; {@link MessagingModule} gives a
 * module the `Messenger`, for what asks further. Here is everything of messaging that loads Nest: a program that only
 * asks imports `@countersign/messaging` and loads nothing of it.
 */
export { CountersignServer, type CountersignServerOptions } from './countersign-server.js';
export { handlerOf } from './handler-of.js';
export { Handles } from './handles.js';
export { MessagingModule, type MessagingOptions } from './messaging.module.js';
