import { adoptRealm, foldName, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { RealmStore } from './realm.store.js';

/**
 * Makes a realm, or its changed settings, known here. It writes no event: the change is authentication's, which tells
 * of it; this is our copy. Tellings may overtake each other: an older version of the settings changes nothing.
 */
@Injectable()
export class AdoptRealm {
  constructor(
    private readonly realms: RealmStore,
    private readonly work: UnitOfWork,
  ) {}

  /** @throws Problem `realm.exists` when another realm has the name, or this id another name or profile */
  run(request: RequestOf<typeof adoptRealm>, asked: Asked): Promise<ReplyOf<typeof adoptRealm>> {
    const { settings, settingsVersion } = request;
    const realm = { id: request.realmId, name: request.realm, profile: request.profile };
    const requiredGroupKeys = [...new Set(settings.requiredGroups.map(foldName))];
    return this.work.once(adoptRealm, asked, request, async (tx) => {
      const isOurs = await this.realms.put(tx, realm, settings, settingsVersion, requiredGroupKeys);
      if (!isOurs) throw new Problem('realm.exists');
      return {};
    });
  }
}
