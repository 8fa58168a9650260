import { adoptRealm, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { AdoptRealm } from './adopt-realm.js';

@Controller()
export class RealmHandlers {
  constructor(private readonly adoptRealm: AdoptRealm) {}

  @Handles(adoptRealm)
  adopt(request: RequestOf<typeof adoptRealm>, asked: Asked): Promise<ReplyOf<typeof adoptRealm>> {
    return this.adoptRealm.run(request, asked);
  }
}
