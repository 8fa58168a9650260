import { type RequestOf, realmChanged, setRealm } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { Applications } from '../applications/applications.js';
import { AnnounceRealm } from '../realms/announce-realm.js';
import { ChangeSettings } from '../realms/change-settings.js';
import type { Realm } from '../realms/realm.js';

/**
 * Changes settings of a realm. With its commit every copy that a gateway has of the realm's applications is an old one;
 * the services that keep realms are told then.
 */
@Controller()
export class SetRealm {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly changeSettings: ChangeSettings,
    private readonly applications: Applications,
    private readonly outbox: Outbox,
    private readonly announceRealm: AnnounceRealm,
  ) {}

  /**
   * A change of nothing emits no event, but is announced again in case a service missed it.
   * @throws Problem `realm.unknown`, `request.malformed`; `bus.unavailable` when the change was made and a service
   * could not be told yet: a sweep does, and so does asking again
   */
  @Handles(setRealm)
  async set(request: RequestOf<typeof setRealm>, context: Asked): Promise<Realm> {
    const realm = await this.unitOfWork.once(setRealm, context, request, async (tx) => {
      const { realm, changed } = await this.changeSettings.change(tx, request.realm, request.settings);
      if (changed.length === 0) return realm;
      await this.applications.outdate(tx, realm.realmId);
      await this.outbox.record(tx, realmChanged, {
        ...eventFields(realm, context, { kind: 'realm', id: realm.realmId }),
        details: { realm: realm.realm, settings: [...changed] },
      });
      return realm;
    });
    await this.announceRealm.ask(realm, context);
    return realm;
  }
}
