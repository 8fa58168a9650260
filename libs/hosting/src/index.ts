export * from './chores.js';
export * from './host-service.js';
export * from './logger-token.js';
export * from './service-settings.js';
