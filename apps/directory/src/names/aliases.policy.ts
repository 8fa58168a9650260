import { foldName } from '@countersign/contracts';
import { nameFault } from './name.policy.js';

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

/** Why the first that breaks the rules of names does, with its place from 1; undefined where none does. */
export function aliasFault(aliases: readonly Alias[]): string | undefined {
  const faults = aliases.map(({ name, key }) => nameFault(name, key));
  const index = faults.findIndex((fault) => fault !== undefined);
  return index < 0 ? undefined : `aliases.${index + 1}: ${faults[index]}`;
}

/** Undefined where both are the same, written the same way. */
export function changedAliases(before: readonly Alias[], after: readonly Alias[]): ChangedAliases | undefined {
  const isSame = before.length === after.length && after.every(({ name }, index) => name === before[index]?.name);
  return isSame ? undefined : { before, after };
}
