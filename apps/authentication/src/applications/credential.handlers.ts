import { type RequestOf, showCredential } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ShowCredential } from './show-credential.js';

/** What gateways ask about applications. */
@Controller()
export class CredentialHandlers {
  constructor(private readonly showCredential: ShowCredential) {}

  @Handles(showCredential)
  show(request: RequestOf<typeof showCredential>) {
    return this.showCredential.run(request);
  }
}
