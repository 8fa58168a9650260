export * from './host-service.js';
export * from './jobs.js';
export * from './run-hosted.js';
export * from './service-module.js';
export * from './service-plan.js';
export * from './service-settings.js';
export * from './service-tables.js';
export * from './tokens.js';
