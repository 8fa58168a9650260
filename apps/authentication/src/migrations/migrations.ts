import { createServiceTables } from '@countersign/hosting';
import { CreateRealms } from './0002-create-realms.js';
import { CreateApplications } from './0003-create-applications.js';
import { CreateClaims } from './0004-create-claims.js';
import { CreateCredentials } from './0005-create-credentials.js';
import { CreateReservations } from './0006-create-reservations.js';

/** In their order. */
export const migrations = Object.freeze([
  createServiceTables(1, 'authentication'),
  CreateRealms,
  CreateApplications,
  CreateClaims,
  CreateCredentials,
  CreateReservations,
]);
