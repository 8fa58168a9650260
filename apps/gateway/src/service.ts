import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { MessagingModule } from '@countersign/messaging/server';
import { createLogger, Metrics, NestLogger, type RunningService } from '@countersign/observability';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { dialectOf } from './dialects.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { ReadinessProbe } from './health/readiness.js';
import { createAdapter } from './http/fastify-adapter.js';
import { formConstraint } from './secureauth/query-form.js';
import type { GatewaySettings } from './settings.js';
import { guardRoutes } from './signature/guard-routes.js';
import { ProblemFilter } from './signature/problem.filter.js';
import { SignedApi } from './signature/signed-api.js';

export { type GatewaySettings, settings } from './settings.js';

/**
 * Starts a gateway: on the bus first, then on its port.
 * @throws Error if the bus cannot be reached in time or the port is taken
 */
export async function startGateway(settings: GatewaySettings): Promise<RunningService> {
  const { LOG_LEVEL: level, COUNTERSIGN_INSTANCE: instance } = settings;
  const logger = createLogger({ service: 'gateway', instance, level });
  const metrics = new Metrics('gateway');
  metrics.collectProcess();
  const bus = await Bus.connect(busOptionsOf(settings, 'gateway', process.pid, logger));
  try {
    const messaging = MessagingModule.forRoot({ bus, metrics });
    const gateway = await openGateway({ settings, messaging, logger, metrics });
    return {
      ...gateway,
      close: async () => {
        await gateway.close();
        await bus.close();
      },
    };
  } catch (error) {
    await bus.close();
    throw error;
  }
}

/** Opens the HTTP side over a bus that somebody else holds. */
export async function openGateway(parts: GatewayParts): Promise<RunningService> {
  const { settings, logger } = parts;
  const adapter = createAdapter(settings, dialectOf().answers, { [formConstraint.name]: formConstraint });
  const application = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const api = application.get(SignedApi);
  guardRoutes(adapter, api.guard, api.hook);
  application.useGlobalFilters(new ProblemFilter(api.judge, api.faults, dialectOf));
  try {
    await application.listen(settings.COUNTERSIGN_PORT, settings.COUNTERSIGN_HOST);
  } catch (error) {
    await application.close();
    throw portFault(error, settings.COUNTERSIGN_PORT);
  }
  api.refusals.start(settings.REFUSAL_REPORT_SECONDS);
  const { port } = application.getHttpServer().address() as AddressInfo;
  const host = settings.COUNTERSIGN_HOST;
  let closing: Promise<void> | undefined;
  return {
    name: 'gateway',
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => {
      closing ??= closeGateway(application, settings);
      return closing;
    },
    closeWithinMs: settings.SHUTDOWN_NOTICE_MS + settings.SHUTDOWN_GRACE_MS + closeMarginMs,
  };
}

function portFault(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Error(`port ${port} is taken: stop who listens there, or set COUNTERSIGN_PORT to another (0 = any free)`, {
    cause: error,
  });
}

/** For what comes after the requests under way: their connections, the report of refusals, the bus. */
const closeMarginMs = 5_000;

/**
 * Balancers are told and given time to look elsewhere; then nothing new is begun, what is under way finishes within its
 * grace, and what was refused is reported. Without that time a balancer would go on connecting to a port that has just
 * closed.
 */
async function closeGateway(application: NestFastifyApplication, settings: GatewaySettings): Promise<void> {
  const { SHUTDOWN_NOTICE_MS: noticeMs, SHUTDOWN_GRACE_MS: graceMs } = settings;
  const server = application.getHttpServer();
  const api = application.get(SignedApi);
  application.get(ReadinessProbe).close();
  if (noticeMs > 0) await wait(noticeMs);
  api.close();
  server.close();
  const patience = new AbortController();
  const late = wait(graceMs, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([api.throttle.idle(), late]);
  patience.abort();
  await api.refusals.stop();
  server.closeIdleConnections();
  const stragglers = setTimeout(() => server.closeAllConnections(), 250);
  await application.close();
  clearTimeout(stragglers);
}
