import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { createRealm, Problem, type RequestOf, realmCreated, reservedRealmNames } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { AnnounceRealm } from './announce-realm.js';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

/** Makes a realm, then makes the services know it that keep realms. */
@Controller()
export class CreateRealm {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly realms: RealmStore,
    private readonly outbox: Outbox,
    private readonly announceRealm: AnnounceRealm,
  ) {}

  /**
   * @throws Problem `realm.name_reserved`, `realm.exists`; `bus.unavailable` when the realm was made and a service
   * could not be told yet: asked again with the same idempotency key it answers the same realm
   */
  @Handles(createRealm)
  async create(request: RequestOf<typeof createRealm>, context: Asked): Promise<Realm> {
    const { realm: spelledAs, profile, settings } = request;
    const name = spelledAs.toLowerCase();
    if (reservedRealmNames.has(name)) {
      throw new Problem('realm.name_reserved', `${name} is a first path segment of our own`);
    }
    const realm = await this.unitOfWork.once(createRealm, context, request, async (tx) => {
      const realmId = uuidv7(systemClock, systemRandomness);
      const made = await this.realms.insert(tx, { realmId, realm: name, spelledAs, profile, settings });
      if (made === undefined) throw new Problem('realm.exists', `${name} is or was taken`);
      await this.outbox.record(tx, realmCreated, {
        ...eventFields(made, context, { kind: 'realm', id: made.realmId }),
        details: { realm: made.realm, profile: made.profile },
      });
      return made;
    });
    await this.announceRealm.ask(realm, context);
    return realm;
  }
}
