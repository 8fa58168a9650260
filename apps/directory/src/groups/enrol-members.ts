import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { groupCreated, memberAdded } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { eventFields, Outbox, type Recording } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { eventRealmOf, type NamedRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import type { Association } from './associations.policy.js';
import { GroupStore } from './group.store.js';
import type { HeldGroups } from './hold-groups.js';
import { MembershipStore } from './membership.store.js';
import { membershipEvents } from './membership-events.js';

/** A user, whose row exists, and the names of the groups it is put into; none of them with a refusal. */
export interface Enrolment {
  readonly userUuid: string;
  readonly groups: readonly string[];
}

/** What came of enrolments. */
export interface Enrolled {
  /** The ids of the groups, each once, by position of the enrolment. */
  readonly groupIds: readonly (readonly string[])[];
  /** Memberships that were not there before. */
  readonly added: readonly Association[];
}

/**
 * For other features: puts users whose rows this transaction holds into groups, which are made where they are not
 * there. No event tells of the memberships but {@link EnrolMembers.tell}: a creation tells of the user with its groups.
 */
@Injectable()
export class EnrolMembers {
  constructor(
    private readonly groups: GroupStore,
    private readonly memberships: MembershipStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @param found what `HoldGroups` found in this transaction
   * @throws Error when a name has a refusal, or a user no room for its groups: a fault of the program
   */
  async enrol(
    tx: Transaction,
    realm: NamedRealm,
    asked: Asked,
    found: HeldGroups,
    enrolments: readonly Enrolment[],
  ): Promise<Enrolled> {
    const names = enrolments.flatMap(({ groups }) => groups);
    if (names.some((name) => found.refusalOf(name) !== undefined))
      throw new Error('a group was not found, nor may be made');
    const made = await this.makeMissing(tx, realm, asked, missingOf(found, names));
    const groupIds = enrolments.map(({ groups }) => {
      const ids = groups.map((name) => found.idOf(name) ?? made.get(found.keyOf(name)));
      return [...new Set(ids.filter((id) => id !== undefined))];
    });
    const pairs = enrolments.flatMap(({ userUuid }, index) =>
      (groupIds[index] ?? []).map((groupUuid) => ({ userUuid, groupUuid })),
    );
    if (pairs.length === 0) return { groupIds, added: [] };
    const { added, refused } = await this.memberships.insert(tx, realm.id, pairs);
    if (refused.length > 0) throw new Error('a user without room for more groups was to be enrolled');
    return { groupIds, added };
  }

  /** Records the memberships of users who were there before. */
  async tell(tx: Transaction, realm: NamedRealm, asked: Asked, { added }: Enrolled): Promise<void> {
    await this.outbox.recordMany(tx, membershipEvents(memberAdded, realm, asked, added));
  }

  /** Ids by folded name. A group that another request has just made is used. */
  private async makeMissing(
    tx: Transaction,
    realm: NamedRealm,
    asked: Asked,
    missing: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> {
    if (missing.size === 0) return missing;
    const wanted = Array.from(missing, ([groupKey, name]) => ({
      id: uuidv7(systemClock, systemRandomness),
      name,
      groupKey,
    }));
    const inserted = await this.groups.insert(tx, realm.id, wanted);
    const made = wanted.filter(({ id }) => inserted.has(id));
    await this.outbox.recordMany(
      tx,
      made.map(
        ({ id, name }): Recording => ({
          event: groupCreated,
          fields: { ...eventFields(eventRealmOf(realm), asked, { kind: 'group', id }), details: { group: name } },
        }),
      ),
    );
    // all of these groups exist now, and stay: `HoldGroups` holds their names
    return this.groups.hold(tx, realm.id, [...missing.keys()]);
  }
}

/** The groups of `names` that are not there yet: their names as first written, by folded name. */
function missingOf(found: HeldGroups, names: readonly string[]): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  for (const name of names) {
    const key = found.keyOf(name);
    if (found.idOf(name) === undefined && !missing.has(key)) missing.set(key, name);
  }
  return missing;
}
