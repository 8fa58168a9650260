import { type Logger, pino } from 'pino';

/** A real logger whose lines are not shown; with `lines`, they are kept there as parsed JSON for a spec to read. */
export function testLogger(lines?: Record<string, unknown>[]): Logger {
  return pino(
    { level: lines === undefined ? 'silent' : 'trace' },
    { write: (line) => void lines?.push(JSON.parse(line)) },
  );
}
