import { adoptRealm, Problem } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

/** Makes a realm as it is known to the directory. Asking again changes nothing. */
@Injectable()
export class AdoptRealm {
  constructor(
    private readonly realms: RealmStore,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem `bus.unavailable`: the realm is as it was asked for, and a sweep will ask again */
  async run({ realmId, realm, profile, settings, settingsVersion }: Realm, context: AskContext): Promise<void> {
    try {
      await this.messenger.ask(adoptRealm, { realmId, realm, profile, settings, settingsVersion }, context);
    } catch (error) {
      const reason = error instanceof Problem ? error.code : 'internal';
      throw new Problem('bus.unavailable', `realm ${realm} is kept, the directory will know it later: ${reason}`, 5);
    }
    await this.realms.markAdopted(realmId, settingsVersion);
  }
}
