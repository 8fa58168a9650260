import { foldName } from '@countersign/contracts';
import { isAcceptableName } from './name.policy.js';

/** A further name of a user, as written and as compared. */
export interface Alias {
  readonly name: string;
  readonly key: string;
}

/** All aliases of a user, before and after a change. */
export interface ChangedAliases {
  readonly before: readonly Alias[];
  readonly after: readonly Alias[];
}

/** Aliases as they are kept: of two that are compared alike, the first. */
export function aliasesOf(names: readonly string[]): readonly Alias[] {
  const aliases = new Map<string, Alias>();
  for (const name of names) {
    const key = foldName(name);
    if (!aliases.has(key)) aliases.set(key, { name, key });
  }
  return [...aliases.values()];
}

/** The first that breaks the rules of names, by its place from 1; undefined where none does. */
export function unacceptableAlias(aliases: readonly Alias[]): number | undefined {
  const index = aliases.findIndex(({ name, key }) => !isAcceptableName(name, key));
  return index < 0 ? undefined : index + 1;
}
