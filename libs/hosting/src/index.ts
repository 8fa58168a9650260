export * from './chores.js';
export * from './host-service.js';
export * from './run-hosted.js';
export * from './service-module.js';
export * from './service-settings.js';
export * from './tokens.js';
