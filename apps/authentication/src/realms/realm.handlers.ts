import { createRealm, listRealms, type RequestOf, showRealm } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { CreateRealm } from './create-realm.js';
import { FindRealm } from './find-realm.js';
import { ListRealms } from './list-realms.js';

@Controller()
export class RealmHandlers {
  constructor(
    private readonly createRealm: CreateRealm,
    private readonly listRealms: ListRealms,
    private readonly findRealm: FindRealm,
  ) {}

  @Handles(createRealm)
  create(request: RequestOf<typeof createRealm>, asked: Asked) {
    return this.createRealm.run(request, asked);
  }

  @Handles(listRealms)
  list(request: RequestOf<typeof listRealms>) {
    return this.listRealms.run(request);
  }

  @Handles(showRealm)
  show(request: RequestOf<typeof showRealm>) {
    return this.findRealm.run(request.realm);
  }
}
