import { type RequestOf, setRealm } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { SetRealm } from './set-realm.js';

@Controller()
export class RealmSettingsHandlers {
  constructor(private readonly setRealm: SetRealm) {}

  @Handles(setRealm)
  set(request: RequestOf<typeof setRealm>, asked: Asked) {
    return this.setRealm.run(request, asked);
  }
}
