/**
 * Names (groups, aliases) in one text, separated by `;`. A semicolon in a name is written `\;`. A backslash stands for
 * itself, so that `CORP\staff` is what it seems; before a semicolon, a backslash or the end of a name it is written twice.
 */
export function writeNameList(names: readonly string[]): string {
  return names.map((name) => name.replace(/\\(?=[\\;]|$)|;/g, '\\$&')).join(';');
}

/** The names in a text; none in an empty one. Empty names between two semicolons are left out. */
export function readNameList(text: string): string[] {
  if (!text.includes('\\')) return text.split(';').filter((name) => name !== '');
  const names: string[] = [];
  let name = '';
  for (const [part] of text.matchAll(/\\[\\;]|./gs)) {
    if (part !== ';') name += part.length === 2 ? part.slice(1) : part;
    else {
      names.push(name);
      name = '';
    }
  }
  return [...names, name].filter((each) => each !== '');
}
