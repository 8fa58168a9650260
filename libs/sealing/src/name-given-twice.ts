const stringOrMark = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}[\],]/g;

/** An object or a list of a JSON text that has begun, and which member of it is read. */
interface Open {
  /** Undefined for a list. */
  readonly names: Set<string> | undefined;
  at: string | number;
}

/**
 * The path of a name that one object of a JSON text has twice; places in a list count from 1. `JSON.parse` takes the last value
 * and loses the others without a word.
 * @param json text that `JSON.parse` takes
 */
export function nameGivenTwice(json: string): readonly (string | number)[] | undefined {
  const open: Open[] = [];
  for (const [found, written = '', colon] of json.matchAll(stringOrMark)) {
    const inner = open.at(-1);
    if (found === '{') open.push({ names: new Set(), at: '' });
    else if (found === '[') open.push({ names: undefined, at: 1 });
    else if (found === '}' || found === ']') open.pop();
    else if (found === ',' && typeof inner?.at === 'number') inner.at += 1;
    else if (colon !== undefined && inner?.names !== undefined) {
      inner.at = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
      if (inner.names.has(inner.at)) return open.map(({ at }) => at);
      inner.names.add(inner.at);
    }
  }
  return undefined;
}
