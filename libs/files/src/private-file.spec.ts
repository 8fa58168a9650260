import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  changePrivateFile,
  createPrivateFile,
  lockPrivateFile,
  PrivateDraft,
  writePrivateFile,
} from './private-file.js';
import { identify, identifySelf, tagOf } from './process-identity.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  file = join(folder, 'key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const text = () => readFileSync(file, 'utf8');

describe('a private file', () => {
  it('has mode 0600, whatever the one before had', () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);
    writePrivateFile(file, 'new');
    expect(text()).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is replaced as a whole: a reader that has the old one open keeps reading the old one', () => {
    writeFileSync(file, 'old');
    const before = statSync(file).ino;
    writePrivateFile(file, 'new');
    expect(statSync(file).ino).not.toBe(before);
  });

  it('leaves nothing beside it, written or given up', () => {
    writePrivateFile(file, 'text');
    PrivateDraft.beside(join(folder, 'other')).abandon();
    expect(readdirSync(folder)).toEqual(['key']);
  });

  asRoot('that root replaces stays with its owner', () => {
    writeFileSync(file, 'old');
    chownSync(file, 4711, 4712);
    writePrivateFile(file, 'new');
    expect(statSync(file)).toMatchObject({ uid: 4711, gid: 4712 });
  });

  it('is never a symbolic link, which is not followed: what it points to stays', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'old');
    symlinkSync('victim', file);
    for (const write of [writePrivateFile, createPrivateFile]) {
      expect(() => write(file, 'new')).toThrow(`${file} is a symbolic link, expected a file`);
    }
    expect([readFileSync(victim, 'utf8'), readdirSync(folder)]).toEqual(['old', ['key', 'victim']]);
  });

  it('that is made if it is not there never replaces one that is', () => {
    expect(createPrivateFile(file, 'first')).toBe(true);
    expect(createPrivateFile(file, 'second')).toBe(false);
    expect([text(), readdirSync(folder)]).toEqual(['first', ['key']]);
  });
});

describe('a draft', () => {
  it('touches nothing before it takes its place, and not when it is abandoned', () => {
    writeFileSync(file, 'old');
    const draft = PrivateDraft.beside(file);
    draft.append('ne');
    draft.append('w');
    expect([text(), readFileSync(draft.path, 'utf8')]).toEqual(['old', 'new']);
    draft.abandon();
    expect([text(), existsSync(draft.path)]).toEqual(['old', false]);
    expect(() => draft.replace()).toThrow('is closed');
  });

  it('of a process that is dead goes with the next draft for that place; of a living one, or another place, it stays', () => {
    const [dead, alive] = ['4194305.00000000-1', tagOf(identify(process.ppid) ?? identifySelf())];
    const stay = [`.key.${alive}.0123456789ab.new`, `.other.${dead}.0123456789ab.new`, `.key.${dead}.new`];
    for (const name of [...stay, `.key.${dead}.0123456789ab.new`]) writeFileSync(join(folder, name), 'retired');
    writePrivateFile(file, 'new');
    expect(readdirSync(folder).sort()).toEqual([...stay, 'key'].sort());
  });

  it('shows at once that its folder is not there', () => {
    expect(() => PrivateDraft.beside(join(folder, 'nowhere', 'key'))).toThrow(/ENOENT/);
  });
});

describe('a change', () => {
  it('is of what the file holds now', () => {
    writePrivateFile(file, 'a');
    expect(changePrivateFile(file, (content) => `${content}b`)).toBe('ab');
    expect([text(), readdirSync(folder)]).toEqual(['ab', ['key']]);
  });

  it('that fails leaves the file as it is', () => {
    writePrivateFile(file, 'a');
    const failing = () => {
      throw new Error('no chance');
    };
    expect(() => changePrivateFile(file, failing)).toThrow('no chance');
    expect([text(), readdirSync(folder)]).toEqual(['a', ['key']]);
  });

  it('is refused while another one is under way, or while changes are kept out', () => {
    writePrivateFile(file, 'a');
    changePrivateFile(file, () => {
      expect(() => changePrivateFile(file, () => 'lost')).toThrow('is in use by process');
      return 'b';
    });
    const lock = lockPrivateFile(file);
    expect(() => changePrivateFile(file, () => 'lost')).toThrow('is in use by process');
    lock.release();
    expect(text()).toBe('b');
  });
});
