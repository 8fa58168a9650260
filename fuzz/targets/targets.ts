import type { Target } from '../target.js';
import { authorization } from './authorization.js';
import { batchWire } from './batch-wire.js';
import { canonical } from './canonical-request.js';
import { foreignHash } from './foreign-hash.js';
import { forwardedFor } from './forwarded-for.js';
import { groupName } from './group-name.js';
import { jsonBody } from './json-body.js';
import { logLine } from './log-line.js';
import { messageHeaders } from './message-headers.js';
import { names } from './names.js';
import { pageCursor } from './page-cursor.js';
import { query } from './query.js';
import { requestTarget } from './request-target.js';
import { sealedValue } from './sealed-value.js';
import { signedDate } from './signed-date.js';
import { csv, jsonLines } from './user-records.js';

/** A target for each parser that a caller can feed. */
export const targets: readonly Target[] = Object.freeze([
  authorization,
  signedDate,
  canonical,
  requestTarget,
  query,
  jsonBody,
  forwardedFor,
  groupName,
  foreignHash,
  names,
  jsonLines,
  csv,
  messageHeaders,
  batchWire,
  pageCursor,
  sealedValue,
  logLine,
]);

/** Of the script that holds them all, for a reader of its coverage. */
export const scriptUrl = import.meta.url;
