/**
 * What a process shows of itself, and how it starts and stops. {@link createLogger} writes JSON lines without secrets and
 * control characters; {@link Metrics} keeps the metrics that Prometheus reads, with labels from closed lists only;
 * {@link startHealthServer} answers `/healthz`, `/readyz` and `/metrics`.
 *
 * {@link runService} is the last line of a service's `main.ts`, {@link runTask} that of a program which ends by itself:
 * both print what is wrong with the settings, obey SIGTERM and SIGINT, and choose the exit code. {@link ShutdownStack}
 * closes what was opened, in reverse order. Audit events are no logs: they go through the outbox.
 */
export {
  answerHalfClosed,
  type HealthServerOptions,
  isReadyNow,
  type PartState,
  type Readiness,
  type RunningService,
  startHealthServer,
} from './health-server.js';
export { LogLimit } from './log-limit.js';
export { createLogger, encodeControls, type Logger, type LoggerOptions } from './logger.js';
export { Metrics } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { runService } from './run-service.js';
export { runTask, UsageFault } from './run-task.js';
export { type Closable, ShutdownStack } from './shutdown-stack.js';
export { onStopSignal } from './stop-signals.js';
