import type { Logger } from 'typeorm';

/** The part of a structured logger that is used here. */
export interface StoreLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * What TypeORM may write to the log. Parameters of statements are never among it: they are password hashes, mail
 * addresses, sealed values (TypeORM's own loggers print them beside each failed statement).
 */
export class SqlLog implements Logger {
  constructor(private readonly logger: StoreLogger) {}

  logQuery(): void {}

  /** The error is thrown too, and its catcher knows whether it was expected. */
  logQueryError(): void {}

  logQuerySlow(durationMs: number): void {
    this.logger.warn({ durationMs }, 'slow statement');
  }

  logSchemaBuild(): void {}

  logMigration(message: string): void {
    this.logger.info({ migration: message }, 'migration');
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    this.logger[level === 'warn' ? 'warn' : 'info']({ reason: String(message) }, 'database');
  }
}
