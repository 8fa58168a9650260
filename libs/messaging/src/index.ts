export * from './bus.js';
export * from './coalescing-client.js';
