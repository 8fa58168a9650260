import { Problem } from '@countersign/contracts';

/**
 * What a fault of the store means: `unavailable`: it cannot serve now, ask again; `conflict`: the transaction lost
 * against another one and may be run again; undefined: a fault of the statement itself.
 */
export type StoreFault = 'unavailable' | 'conflict' | undefined;

/** Socket and name lookup faults of node. */
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
/** What pg and its pool say without a code. */
const connectionMessages =
  /^(connection terminated|timeout expired|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|client was closed|cannot use a pool after)/i;
/** SQLSTATEs after which the connection is of no use: it is gone, or it leads to a server that may not write. */
const brokenStates = /^(08...|57P0[1-5]|25P0[34]|25006)$/;
/** SQLSTATEs of a server that lacks room or time (classes 53 and 58, statement and lock timeout). */
const busyStates = /^(53...|58...|57014|55P03)$/;
const conflictStates = /^(40001|40P01)$/;
/** What operators have to know of a code at once. */
const meanings: Readonly<Record<string, string>> = {
  '53100': 'no space is left on the disk of postgresql',
  '53200': 'postgresql is out of memory',
  '53300': 'postgresql has no connection left',
  '25006': 'postgresql takes no changes: it is a standby, or set read-only',
  '58030': 'the disk of postgresql reports an error',
  ECONNREFUSED: 'postgresql does not answer',
};

/** The SQLSTATE, or the code of node; empty when there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string') return code;
  return driverError === undefined ? '' : codeOf(driverError);
}

/** Whether the connection that met `error` must not be used again. */
export function isConnectionBroken(error: unknown): boolean {
  const code = codeOf(error);
  if (socketCodes.has(code) || brokenStates.test(code)) return true;
  return code === '' && error instanceof Error && connectionMessages.test(error.message);
}

/** Sorts a fault of pg, its pool or node. */
export function storeFaultOf(error: unknown): StoreFault {
  if (error instanceof Problem) return error.code === 'store.unavailable' ? 'unavailable' : undefined;
  const code = codeOf(error);
  if (conflictStates.test(code)) return 'conflict';
  return isConnectionBroken(error) || busyStates.test(code) ? 'unavailable' : undefined;
}

/**
 * What leaves the store: `store.unavailable` for whatever a later try may cure, else the error without the values that
 * PostgreSQL quotes in it (`Key (email)=(...)`), since errors end in logs.
 */
export function toThrowable(error: unknown): unknown {
  if (error instanceof Problem) return error;
  return storeFaultOf(error) === undefined ? withoutValues(error) : unavailable(error);
}

/** Tells the caller what `error` means for the store. The code alone: messages of the driver may quote addresses. */
export function unavailable(error: unknown): Problem {
  const code = codeOf(error);
  const meaning = meanings[code];
  const detail = meaning === undefined ? code : `${meaning} (${code})`;
  return new Problem('store.unavailable', detail || 'connection lost or not had in time', 1);
}

/** Removes quoted values from an error of PostgreSQL, in place; its SQLSTATE and the names of constraints stay. */
export function withoutValues(error: unknown): unknown {
  const code = codeOf(error);
  if (!(error instanceof Error) || !/^[0-9A-Z]{5}$/.test(code)) return error;
  for (const part of ['detail', 'where', 'internalQuery', 'parameters', 'driverError', 'query']) {
    Reflect.deleteProperty(error, part);
  }
  // class 22, data exception: the message itself quotes the value, and so does the stack, which begins with it
  if (code.startsWith('22')) {
    const quoted = error.message;
    error.message = `data exception ${code}`;
    if (error.stack !== undefined) error.stack = error.stack.replace(quoted, () => error.message);
  }
  return error;
}

/** Whether `error` is the violation of that unique or primary key (SQLSTATE 23505). */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return codeOf(error) === '23505' && (error as { constraint?: unknown }).constraint === constraint;
}
