import { ExportHandlers } from './export.handlers.js';
import { ExportStore } from './export.store.js';
import { ExportSecrets } from './export-secrets.js';
import { ExportUsers } from './export-users.js';

export const exportHandlers = Object.freeze([ExportHandlers]);
export const exportProviders = Object.freeze([ExportStore, ExportUsers, ExportSecrets]);
