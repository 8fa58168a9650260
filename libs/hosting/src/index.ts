export * from './chores.js';
export * from './host-service.js';
export * from './logger-token.js';
export * from './run-hosted.js';
export * from './service-settings.js';
