import { commonOperations, type ReplyOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ShowKeyRing } from './show-key-ring.js';

const { showKeyRing } = commonOperations.directory;

@Controller()
export class KeyRingHandlers {
  constructor(private readonly showKeyRing: ShowKeyRing) {}

  @Handles(showKeyRing)
  show(): Promise<ReplyOf<typeof showKeyRing>> {
    return this.showKeyRing.run();
  }
}
