import { addMembers } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import type { Exchange } from '../signature/exchange.js';
import { OnBehalf } from '../signature/on-behalf.js';
import { readGroupName } from './group-name.js';
import { isPossibleName } from './named-user.js';

/** Puts users into groups, as far as that can be done. */
@Injectable()
export class Associations {
  constructor(private readonly onBehalf: OnBehalf) {}

  /**
   * Every one of the users and every one of the groups, one of which is one. Groups are named as callers write them,
   * and always those of the request's realm.
   * @returns those of the longer list that could not be associated, in its order
   * @throws Problem
   */
  async add(exchange: Exchange, users: readonly string[], groups: readonly string[]): Promise<Unassociated> {
    const { realm } = exchange.target;
    const suffix = exchange.application?.settings.groupNameSuffix ?? '';
    const userSide = new Side(users);
    const groupSide = new Side(groups.map((group) => readGroupName(group, suffix)));
    if (userSide.isEmpty || groupSide.isEmpty) return { users, groups };
    const { failed } = await this.onBehalf.ask(exchange, addMembers, {
      realm,
      userIds: userSide.possible,
      groups: groupSide.possible,
    });
    for (const { userIndex, groupIndex } of failed) {
      userSide.fail(userIndex);
      groupSide.fail(groupIndex);
    }
    return { users: userSide.failedOf(users), groups: groupSide.failedOf(groups) };
  }
}

export interface Unassociated {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** One side of the associations: what nobody can be called is not asked for, and fails like what nobody is called. */
class Side {
  /** Places of those asked for. */
  private readonly places: readonly number[];
  private readonly failed: Set<number>;

  constructor(private readonly names: readonly string[]) {
    this.places = names.flatMap((name, place) => (isPossibleName(name) ? [place] : []));
    this.failed = new Set(names.flatMap((name, place) => (isPossibleName(name) ? [] : [place])));
  }

  get isEmpty(): boolean {
    return this.places.length === 0;
  }

  get possible(): string[] {
    return this.places.map((place) => this.names[place] ?? '');
  }

  /** @param index among those asked for */
  fail(index: number): void {
    const place = this.places[index];
    if (place === undefined) throw new Error(`association ${index} failed, but ${this.places.length} were asked for`);
    this.failed.add(place);
  }

  failedOf(written: readonly string[]): readonly string[] {
    return written.filter((_name, place) => this.failed.has(place));
  }
}
