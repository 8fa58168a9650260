import { type AdoptRealmOperation, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import type { UnitOfWork } from '@countersign/persistence';
import type { RealmStore } from './realm.store.js';

/**
 * Makes a realm, or its changed settings, known to this service. It records no event: the change is authentication's,
 * which tells of it; this is a copy. Requests may overtake each other: an older version of the settings changes nothing.
 */
export class AdoptRealm {
  constructor(
    private readonly operation: AdoptRealmOperation,
    private readonly realms: RealmStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws Problem `realm.exists` when another realm has the name, or this id another name or profile */
  adopt(request: RequestOf<AdoptRealmOperation>, context: Asked): Promise<ReplyOf<AdoptRealmOperation>> {
    const { settings, settingsVersion } = request;
    const realm = { id: request.realmId, name: request.realm, profile: request.profile };
    return this.unitOfWork.once(this.operation, context, request, async (tx) => {
      if (!(await this.realms.put(tx, realm, settings, settingsVersion))) throw new Problem('realm.exists');
      return {};
    });
  }
}
