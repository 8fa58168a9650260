import { type RequestOf, showRealm } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { FindRealm } from './find-realm.js';
import type { Realm } from './realm.js';

@Controller()
export class ShowRealm {
  constructor(private readonly findRealm: FindRealm) {}

  /** @throws Problem `realm.unknown` */
  @Handles(showRealm)
  show({ realm }: RequestOf<typeof showRealm>): Promise<Realm> {
    return this.findRealm.find(realm);
  }
}
