import { adoptRealmIn, Problem, type RealmKeeper, realmKeepers } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

/** Makes a realm as it is known to the services that keep realms. Asking again changes nothing. */
@Injectable()
export class AnnounceRealm {
  constructor(
    private readonly realms: RealmStore,
    private readonly messenger: Messenger,
  ) {}

  /**
   * @param keepers whom to ask; every service that keeps realms unless they are named
   * @throws Problem `bus.unavailable`: the realm is as it was asked for, and a sweep will ask again
   */
  async ask(realm: Realm, context: AskContext, keepers: readonly RealmKeeper[] = realmKeepers): Promise<void> {
    const outcomes = await Promise.all(keepers.map((keeper) => this.askOne(realm, context, keeper)));
    const failures = outcomes.filter((failure) => failure !== undefined);
    if (failures.length > 0) {
      throw new Problem('bus.unavailable', `realm ${realm.realm} is kept, known later to ${failures.join(', ')}`, 5);
    }
  }

  /** @returns which service does not know the realm yet, and why */
  private async askOne(realm: Realm, context: AskContext, keeper: RealmKeeper): Promise<string | undefined> {
    const { createdAt, ...request } = realm;
    try {
      await this.messenger.ask(adoptRealmIn[keeper], request, context);
    } catch (error) {
      return `${keeper} (${error instanceof Problem ? error.code : 'internal'})`;
    }
    await this.realms.markAdopted(realm, keeper);
    return undefined;
  }
}
