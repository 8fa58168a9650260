import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { runningServices } from '@countersign/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder } from './data-folder.js';
import { noteMade, openSecrets } from './secrets.js';

let path: string;
let folder: DataFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'data-'));
  folder = new DataFolder(path);
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const open = (isDatabaseHere = true) => openSecrets(folder, isDatabaseHere, systemRandomness);
const files = () => [folder.secrets, ...runningServices.map((service) => folder.keyRing(service))];
const contents = () => files().map((file) => readFileSync(file, 'utf8'));
const edit = (change: (kept: { postgres: object; made: string[] }) => object) => {
  writeFileSync(folder.secrets, JSON.stringify(change(JSON.parse(readFileSync(folder.secrets, 'utf8')))));
};
/** As a start that came to its end leaves it. */
function start(): void {
  open();
  mkdirSync(folder.cluster, { recursive: true });
  noteMade(folder, [folder.cluster]);
}

describe('the secrets of a data folder', () => {
  it('are made at the first start, and the same at each later one', () => {
    start();
    const [made, secrets] = [contents(), open()];
    expect(secrets.areNew).toBe(false);
    expect(open()).toEqual(secrets);
    expect(contents()).toEqual(made);
  });

  it('of a first start that was interrupted at any point are made by the next', () => {
    open();
    edit((kept) => ({ ...kept, made: [] }));
    rmSync(folder.keyRing('directory'));
    start();
    expect(open().superuser).toHaveLength(32);
  });

  it('are never made where others are missing, whichever it is', () => {
    start();
    for (const file of [...files(), folder.cluster]) {
      const aside = `${path}.aside`;
      const others = () =>
        files()
          .filter((other) => other !== file)
          .map((other) => readFileSync(other, 'utf8'));
      const before = others();
      renameSync(file, aside);
      expect(() => open()).toThrow(`${file} is missing`);
      expect(others()).toEqual(before);
      renameSync(aside, file);
    }
    expect(open().superuser).toHaveLength(32);
  });

  it('do not need the cluster while the database is elsewhere', () => {
    start();
    rmSync(folder.cluster, { recursive: true });
    expect(open(false).superuser).toHaveLength(32);
  });

  it.each([
    ['a stray comma', (text: string) => `${text.trimEnd()},`],
    ['a half', (text: string) => text.slice(0, 100)],
    ['nothing', () => ''],
    ['another shape', () => '{"postgres": {}}'],
    ['a password that was cut', (text: string) => text.replace(/("superuser": ".{8}).*"/, '$1"')],
  ])('are refused, kept as they are and not shown when the file holds %s', (_, damage) => {
    start();
    const damaged = damage(readFileSync(folder.secrets, 'utf8'));
    writeFileSync(folder.secrets, damaged);
    expect(() => open()).toThrow(new RegExp(`^${folder.secrets} is damaged: [^"]+: put it back from a backup`));
    expect(readFileSync(folder.secrets, 'utf8')).toBe(damaged);
  });

  it('are refused when the file is a folder', () => {
    mkdirSync(folder.secrets);
    expect(() => open()).toThrow(`${folder.secrets} cannot be read: it is a folder, expected a file (EISDIR)`);
    expect(readdirSync(folder.keys)).toEqual([]);
  });

  it('of a service that is new in this version are added; those of services that it does not have stay', () => {
    start();
    edit(({ made, postgres, ...kept }) => {
      const { directory: _, directory_owner: __, ...others } = postgres as Record<string, string>;
      return {
        ...kept,
        postgres: { ...others, later: 'x'.repeat(32) },
        made: made.filter((name) => !name.includes('directory')),
      };
    });
    rmSync(folder.keyRing('directory'));
    expect(open().database.directory).toHaveLength(32);
    const { postgres, made } = JSON.parse(readFileSync(folder.secrets, 'utf8'));
    expect(postgres).toMatchObject({ later: 'x'.repeat(32), directory: expect.any(String) });
    expect(made).toContain('keys/directory.key-ring.json');
  });
});
