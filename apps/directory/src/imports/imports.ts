import { EnterUsers } from './enter-users.js';
import { FindExistingUsers } from './existing-users.js';
import { ImportHandlers } from './import.handlers.js';
import { ImportStore } from './import.store.js';
import { ImportUserRecords } from './import-user-records.js';
import { SurveyImport } from './survey-import.js';

export const importHandlers = Object.freeze([ImportHandlers]);
export const importProviders = Object.freeze([
  ImportStore,
  FindExistingUsers,
  SurveyImport,
  EnterUsers,
  ImportUserRecords,
]);
