import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Bus, busOptionsOf, MessagingModule } from '@countersign/messaging';
import { createLogger, Metrics, NestLogger, type RunningService } from '@countersign/observability';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { ReadinessProbe } from './health/readiness.js';
import { createAdapter, guardRoutes } from './http/fastify-adapter.js';
import { ProblemFilter } from './http/problem.filter.js';
import type { GatewaySettings } from './settings.js';
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
  const adapter = createAdapter(settings);
  const application = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const api = application.get(SignedApi);
  guardRoutes(adapter, api.guard, api.hook);
  application.useGlobalFilters(new ProblemFilter(api.judge, api.faults));
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
      closing ??= closeGateway(application, settings.SHUTDOWN_GRACE_MS);
      return closing;
    },
  };
}

function portFault(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Error(`port ${port} is taken: stop who listens there, or set COUNTERSIGN_PORT to another (0 = any free)`, {
    cause: error,
  });
}

/** Nothing new is begun, what is under way finishes within its grace, and what was refused is reported. */
async function closeGateway(application: NestFastifyApplication, graceMs: number): Promise<void> {
  const server = application.getHttpServer();
  const api = application.get(SignedApi);
  application.get(ReadinessProbe).close();
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
