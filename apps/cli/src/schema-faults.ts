import type { z } from 'zod';

const mostFaults = 5;

/**
 * What of a user or of settings does not fit its schema, as the path of each field and the rule; never a value. Entries of
 * lists are counted from 1, as the services count them, and contacts are named by position: `emails.2.kind`.
 */
export function faultsOf({ issues }: z.ZodError, given: unknown): string {
  return issues
    .slice(0, mostFaults)
    .map((issue) => {
      const place = pathOf(issue.path, given);
      if (issue.code === 'unrecognized_keys') {
        return `unknown field ${issue.keys.map((key) => joined(place, shownName(key))).join(', ')}`;
      }
      const { message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue;
      const rule = message.charAt(0).toLowerCase() + message.slice(1);
      return place === '' ? rule : `${place}: ${rule}`;
    })
    .join('; ');
}

/**
 * The path of a name that a schema has left out of what it was given: a misspelt one would be lost without a word.
 * Undefined where it has kept all.
 */
export function strayName(given: object, parsed: object): string | undefined {
  const path = strayPath(given, parsed);
  return path === undefined ? undefined : pathOf(path, given);
}

function strayPath(given: object, parsed: object): readonly PropertyKey[] | undefined {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parsed, name)) return [name];
    const [value, kept] = [(given as Members)[name], (parsed as Members)[name]];
    if (typeof value !== 'object' || value === null || typeof kept !== 'object' || kept === null) continue;
    const inner = strayPath(value, kept);
    if (inner !== undefined) return [Array.isArray(given) ? Number(name) : name, ...inner];
  }
  return undefined;
}

function pathOf(path: readonly PropertyKey[], whole: unknown): string {
  const [head = '', at] = path;
  const contacts: unknown = head === 'emails' || head === 'phones' ? Object(whole)[head] : undefined;
  return path
    .map((step, index) => {
      if (index === 1 && Array.isArray(contacts)) return positionOf(contacts[Number(at)], Number(at));
      return typeof step === 'number' ? step + 1 : step;
    })
    .reduce<string>((place, step) => joined(place, shownName(step)), '');
}

/** A contact without a position has that of its place in the list. */
export function positionOf(contact: unknown, at: number): unknown {
  return isObject(contact) && typeof contact['position'] === 'number' ? contact['position'] : at + 1;
}

function joined(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

/** A name is chosen by the file too: what does not look like one may be a value in the wrong place. */
export function shownName(name: unknown): string {
  return /^[A-Za-z0-9_.-]{1,30}$/.test(String(name)) ? String(name) : '(a name that is none)';
}

type Members = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
