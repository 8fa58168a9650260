import { isReadyNow, Metrics } from '@countersign/observability';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ReadinessProbe } from './readiness.js';

/** The same answers as every service gives, without a signature; paths as in `http/open-paths`. */
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: ReadinessProbe,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  alive(@Res() reply: FastifyReply): void {
    reply.header('cache-control', 'no-store').send({ status: 'alive' });
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const checks = await this.readiness.checks();
    const isReady = isReadyNow(checks);
    reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready', checks });
  }

  @Get('metrics')
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    reply.header('content-type', this.metrics.contentType).send(await this.metrics.text());
  }
}
