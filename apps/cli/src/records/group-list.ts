/**
 * Groups in one cell of a CSV file, divided by `;`. A semicolon in a name is written `\;`, a backslash `\\`; a backslash
 * before anything else stands for itself, so that `CORP\staff` is what it seems.
 */
export function writeGroupList(groups: readonly string[]): string {
  return groups.map((group) => group.replace(/[\\;]/g, '\\$&')).join(';');
}

/** The groups in a cell; none in an empty one. Empty names between two semicolons are left out. */
export function readGroupList(cell: string): string[] {
  if (!cell.includes('\\')) return cell.split(';').filter((name) => name !== '');
  const groups: string[] = [];
  let name = '';
  for (const [part] of cell.matchAll(/\\[\\;]|./gs)) {
    if (part !== ';') name += part.length === 2 ? part.slice(1) : part;
    else {
      groups.push(name);
      name = '';
    }
  }
  return [...groups, name].filter((each) => each !== '');
}
