import { type RequestOf, realmChanged, setRealm } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { RaiseVersions } from '../applications/raise-versions.js';
import { AdoptRealm } from '../realms/adopt-realm.js';
import { ChangeSettings } from '../realms/change-settings.js';
import type { Realm } from '../realms/realm.js';

/**
 * Changes settings of a realm. With its commit every copy that a gateway has of the realm's applications is an old one;
 * the directory is told then.
 */
@Injectable()
export class SetRealm {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly changeSettings: ChangeSettings,
    private readonly raiseVersions: RaiseVersions,
    private readonly outbox: Outbox,
    private readonly adoptRealm: AdoptRealm,
  ) {}

  /**
   * What changes nothing tells the trail nothing; the directory is told all the same, which may have missed it before.
   * @throws Problem `realm.unknown`, `request.malformed`; `bus.unavailable` when the change was made and the directory
   * could not be told yet: a sweep does, and so does asking again
   */
  async run(request: RequestOf<typeof setRealm>, asked: Asked): Promise<Realm> {
    const realm = await this.unitOfWork.once(setRealm, asked, request, async (tx) => {
      const { realm, changed } = await this.changeSettings.run(tx, request.realm, request.settings);
      if (changed.length === 0) return realm;
      await this.raiseVersions.run(tx, realm.realmId);
      await this.outbox.record(tx, realmChanged, {
        realmId: realm.realmId,
        realm: realm.realm,
        actor: asked.actor,
        via: asked.via,
        target: { kind: 'realm', id: realm.realmId },
        details: { realm: realm.realm, settings: [...changed] },
      });
      return realm;
    });
    await this.adoptRealm.run(realm, asked);
    return realm;
  }
}
