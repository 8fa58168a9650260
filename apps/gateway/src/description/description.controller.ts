import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DescribedDialect } from './described-dialect.js';
import { commandsOf } from './dialect-part.js';
import { describeApi } from './document.js';
import { isKnown, type KeptDocument, keepDocument, takesGzip } from './kept-document.js';
import { renderPage } from './page/page.js';
import { style } from './page/style.js';

export const DESCRIBED_DIALECTS = Symbol('described dialects');

/** The description of the API, open to anybody (`openPaths`). Made when it is first asked for, then kept. */
@Controller()
export class DescriptionController {
  private document: KeptDocument | undefined;
  private page: KeptDocument | undefined;

  constructor(@Inject(DESCRIBED_DIALECTS) private readonly dialects: readonly DescribedDialect[]) {}

  /** A browser that is given the address of the API. */
  @Get()
  showWay(@Res() reply: FastifyReply): void {
    reply.header('cache-control', 'no-cache').redirect('/docs', 302);
  }

  @Get('openapi.json')
  showDocument(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const json = 'application/json; charset=utf-8';
    this.document ??= keepDocument(JSON.stringify(describeApi(this.dialects)), json, guarded);
    send(this.document, request, reply);
  }

  @Get('docs')
  showPage(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.page ??= keepDocument(
      renderPage(describeApi(this.dialects), commandsOf(this.dialects)),
      'text/html; charset=utf-8',
      {
        ...guarded,
        'content-security-policy': policy(),
      },
    );
    send(this.page, request, reply);
  }
}

/** No sniffing, no referrer, no framing. */
const guarded = Object.freeze({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
});

/** No script at all, and of styles just the one that is in the page (CSP level 3; ASVS 5.0 3.4.3). */
function policy(): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function send(document: KeptDocument, request: FastifyRequest, reply: FastifyReply): void {
  const { headers } = request.raw;
  reply
    .headers(document.headers)
    .header('cache-control', 'no-cache')
    .header('etag', document.etag)
    .header('vary', 'accept-encoding');
  if (isKnown(document.etag, headers['if-none-match'])) return void reply.code(304).send();
  reply.header('content-type', document.contentType);
  if (takesGzip(headers['accept-encoding'])) reply.header('content-encoding', 'gzip').send(document.packed);
  else reply.send(document.plain);
}
