import { foldName } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { nameFault } from '../names/name.policy.js';
import { GroupStore } from './group.store.js';

/** For other features: the first half of putting many users into groups; `EnrolMembers` is the second. */
@Injectable()
export class HoldGroups {
  constructor(private readonly groups: GroupStore) {}

  /**
   * Finds groups by name and holds their names: none is renamed or deleted until the transaction ends, nor is one that is
   * made meanwhile.
   * @param mayCreate whether a group that is not there may be made
   */
  async hold(tx: Transaction, realmId: string, names: Iterable<string>, mayCreate: boolean): Promise<HeldGroups> {
    const keys = new Set(Array.from(new Set(names), foldName));
    return new HeldGroups(keys.size === 0 ? new Map() : await this.groups.hold(tx, realmId, [...keys]), mayCreate);
  }
}

/** `detail` says what is wrong with the name, without the name itself. */
export interface GroupRefusal {
  readonly code: 'group.unknown' | 'group.name_invalid';
  readonly detail: string;
}

/** Groups by name, in the transaction that holds them. */
export class HeldGroups {
  /** Thousands of users name the same few groups: each name is folded once. */
  private readonly keys = new Map<string, string>();

  /** @param idsByKey ids by folded name */
  constructor(
    private readonly idsByKey: ReadonlyMap<string, string>,
    private readonly mayCreate: boolean,
  ) {}

  /** The name as compared. */
  keyOf(name: string): string {
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const key = foldName(name);
    this.keys.set(name, key);
    return key;
  }

  /** `undefined`: there is none yet. */
  idOf(name: string): string | undefined {
    return this.idsByKey.get(this.keyOf(name));
  }

  /** Why users cannot be put into the group of this name; `undefined`: it exists, or may be made. */
  refusalOf(name: string): GroupRefusal | undefined {
    const key = this.keyOf(name);
    if (this.idsByKey.has(key)) return undefined;
    if (!this.mayCreate) return { code: 'group.unknown', detail: 'does not exist' };
    const detail = nameFault(name, key);
    return detail === undefined ? undefined : { code: 'group.name_invalid', detail };
  }
}
