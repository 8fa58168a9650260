import type { Logger } from '@countersign/observability';

/** What has been opened, to be closed the other way round; one that does not close keeps none of the others open. */
export class OpenedParts {
  private readonly parts: { close(): Promise<unknown> }[] = [];

  constructor(private readonly logger: Logger) {}

  keep<Part extends { close(): Promise<unknown> }>(part: Part): Part {
    this.parts.push(part);
    return part;
  }

  async closeAll(): Promise<void> {
    for (const part of this.parts.splice(0).reverse()) {
      await part.close().catch((error: unknown) => this.logger.error({ err: error }, 'a part did not close'));
    }
  }
}
