import type { Logger } from './logger.js';

/** Something that is open and can be closed. */
export interface Closable {
  close(): Promise<unknown>;
}

/** Closes what was opened, the last one first. A part that fails to close is logged, and the others are closed all the same. */
export class ShutdownStack {
  private readonly parts: Closable[] = [];
  private closing: Promise<void> | undefined;

  constructor(private readonly logger: Logger) {}

  /** Closes `part` before everything that was kept earlier. */
  keep<Part extends Closable>(part: Part): Part {
    this.parts.push(part);
    return part;
  }

  /** May be called again: it closes everything once, and each call waits for that. */
  closeAll(): Promise<void> {
    this.closing ??= this.closeEach();
    return this.closing;
  }

  private async closeEach(): Promise<void> {
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
      await part.close().catch((error: unknown) => this.logger.error({ err: error }, 'a part did not close'));
    }
  }
}
