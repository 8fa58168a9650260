export * from './define-settings.js';
export * from './groups.js';
export * from './key-ring-file.js';
