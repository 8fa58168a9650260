import { type Finding, fault, ok, warning } from './finding.js';

/** Last days of support of the long-term lines (Node.js release schedule). */
const endOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};
const floor = { major: 20, minor: 19 };
const recommended = 24;

/** Whether this Node can run us and is still mended by its makers. */
export function nodeCheck(version: string, nowMs: number): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const name = `Node ${version}`;
  if (major < floor.major || (major === floor.major && minor < floor.minor)) {
    return fault('node', `${name}, needed ${floor.major}.${floor.minor} or newer`, `install Node ${recommended}`);
  }
  const end = endOfLife[major];
  if (end === undefined) {
    const isOdd = major % 2 === 1;
    return isOdd ? warning('node', `${name} is no long-term line`, `use Node ${recommended}`) : ok('node', name);
  }
  if (Date.parse(`${end}T23:59:59Z`) < nowMs) {
    return warning('node', `${name} is past its end of life (${end})`, `use Node ${recommended}`);
  }
  return ok('node', `${name}, supported until ${end}`);
}
