import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { within } from '@countersign/clock';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { MessagingModule } from '@countersign/messaging/server';
import { createLogger, Metrics, NestLogger, type RunningService, ShutdownStack } from '@countersign/observability';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { dialects } from './dialects/dialects.js';
import { Pipeline } from './exchange/pipeline.js';
import { Refusals } from './exchange/refusals.js';
import { DialectList, registerRoutes, selectorConstraint } from './exchange/routes.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { ReadinessProbe } from './health/readiness.js';
import { createAdapter } from './http/fastify-adapter.js';
import type { GatewaySettings } from './settings.js';

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
  const opened = new ShutdownStack(logger);
  try {
    const bus = opened.keep(await Bus.connect(busOptionsOf(settings, 'gateway', process.pid, logger)));
    const messaging = MessagingModule.forRoot({ bus, metrics });
    const gateway = opened.keep(await openGateway({ settings, messaging, logger, metrics }));
    return { ...gateway, close: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

/** Opens the HTTP side over a bus that the caller holds. */
export async function openGateway(parts: GatewayParts): Promise<RunningService> {
  const { settings, logger } = parts;
  const spoken = new DialectList(parts.dialects ?? dialects);
  const adapter = createAdapter(settings, spoken.fallback.answers, selectorConstraint(spoken), (target) =>
    spoken.routedSegments(target),
  );
  const application = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts, spoken), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const pipeline = application.get(Pipeline);
  registerRoutes(adapter.getInstance(), spoken, pipeline.receive.bind(pipeline));
  try {
    await application.listen(settings.COUNTERSIGN_PORT, settings.COUNTERSIGN_HOST);
  } catch (error) {
    await application.close();
    throw portFault(error, settings.COUNTERSIGN_PORT);
  }
  application.get(Refusals).start(settings.REFUSAL_REPORT_SECONDS);
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
  return new Error(
    `port ${port} is taken: stop the program that listens there, or set COUNTERSIGN_PORT to another (0 = any free)`,
    {
      cause: error,
    },
  );
}

/** For what comes after the requests under way: their connections, the report of refusals, the bus. */
const closeMarginMs = 5_000;

/**
 * Stops in this order: readiness says no and balancers have time to look elsewhere; nothing new is begun; what is under
 * way finishes within its grace; what was refused is reported. Without the first step a balancer would go on connecting
 * to a port that has just closed.
 */
async function closeGateway(application: NestFastifyApplication, settings: GatewaySettings): Promise<void> {
  const { SHUTDOWN_NOTICE_MS: noticeMs, SHUTDOWN_GRACE_MS: graceMs } = settings;
  const server = application.getHttpServer();
  const pipeline = application.get(Pipeline);
  application.get(ReadinessProbe).close();
  if (noticeMs > 0) await wait(noticeMs);
  pipeline.close();
  server.close();
  await within(pipeline.idle(), graceMs);
  await application.get(Refusals).stop();
  server.closeIdleConnections();
  const stragglers = setTimeout(() => server.closeAllConnections(), 250);
  await application.close();
  clearTimeout(stragglers);
}
