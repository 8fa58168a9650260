import { foldName } from '@countersign/contracts';
import { isAcceptableName } from '../names/name.policy.js';

/** Groups by name, as they were found in a transaction that holds them. */
export class FoundGroups {
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

  /** Why users cannot be put into the group of this name; `undefined`: it is there, or may be made. */
  refusalOf(name: string): 'group.unknown' | 'group.name_invalid' | undefined {
    const key = this.keyOf(name);
    if (this.idsByKey.has(key)) return undefined;
    if (!this.mayCreate) return 'group.unknown';
    return isAcceptableName(name, key) ? undefined : 'group.name_invalid';
  }
}
