import { isDeepStrictEqual } from 'node:util';
import { changedSettings, Problem, type RealmSettings, type RequestOf, type setRealm } from '@countersign/contracts';
import { describeFaults } from '@countersign/messaging';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { ZodError } from 'zod';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

type Changes = RequestOf<typeof setRealm>['settings'];

/** Changes settings of a realm and keeps all others, also those that another request changes at the same time. */
@Injectable()
export class ChangeSettings {
  constructor(private readonly realms: RealmStore) {}

  /**
   * @returns the realm as it is then, and the names of what is not as it was
   * @throws Problem `realm.unknown`, `request.malformed` naming the fields that do not fit
   */
  async change(
    tx: Transaction,
    name: string,
    changes: Changes,
  ): Promise<{ readonly realm: Realm; readonly changed: readonly string[] }> {
    const before = await this.realms.lock(tx, name);
    if (before === undefined) throw new Problem('realm.unknown', `found no realm ${name}`);
    const settings = settingsAfter(before.settings, changes);
    const changed = differences(before.settings, settings);
    if (changed.length === 0) return { realm: before, changed };
    return { realm: await this.realms.saveSettings(tx, before, settings), changed };
  }
}

function settingsAfter(before: RealmSettings, changes: Changes): RealmSettings {
  try {
    return changedSettings(before, changes);
  } catch (error) {
    throw error instanceof ZodError ? new Problem('request.malformed', describeFaults(error)) : error;
  }
}

/** A setting without a default is absent when it is not set. */
function differences(before: RealmSettings, after: RealmSettings): readonly string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => !isDeepStrictEqual(old.get(name), now.get(name)))
    .sort();
}
