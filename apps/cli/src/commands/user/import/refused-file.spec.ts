import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusedFile } from './refused-file.js';
import { lineOf as writtenLineOf } from './results.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  path = join(folder, 'refused.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (line: number) => ({ line, userId: `user${line}`, problem: 'user.email_invalid' as const });
const refused = (line: number) => ({ ...refusal(line), record: `{"userId":"user${line}","notes":"{}"}` });
const lineOf = (line: number) => `${writtenLineOf(refused(line))}\n`;
const text = () => readFileSync(path, 'utf8');

describe('the file of refusals, begun anew', () => {
  it('touches nothing before it begins', () => {
    writeFileSync(path, lineOf(1));
    new RefusedFile(path, 0, true).close();
    expect(text()).toBe(lineOf(1));
  });

  it.each([
    ['refusals of an earlier import', lineOf(1)],
    ['more of them than are looked at', lineOf(1).repeat(5_000)],
    ['nothing', ''],
  ])('replaces one that holds %s', (_, before) => {
    writeFileSync(path, before, { mode: 0o644 });
    const file = new RefusedFile(path, 0, false);
    file.begin();
    expect(existsSync(path)).toBe(false);
    file.append([refused(2)]);
    file.close();
    expect(text()).toBe(lineOf(2));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['users', '{"userId":"jdoe"}\n'],
    ['users behind a refusal', `${lineOf(1)}{"userId":"jdoe"}\n`],
    ['text', 'userId,firstName\njdoe,J\n'],
    ['bytes', '\0\u0001\u0002'],
    ['more than a refusal says', '{"refused":{"line":1,"problem":"user.exists","of":"mine"},"userId":"x"}\n'],
  ])('leaves alone one that holds %s, unless it may be replaced', (_, before) => {
    writeFileSync(path, before);
    expect(() => new RefusedFile(path, 0, false).begin()).toThrow('holds no refusals');
    expect(text()).toBe(before);
    new RefusedFile(path, 0, true).begin();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['a link', () => symlinkSync('target', path)],
    ['a link to nowhere', () => symlinkSync('nowhere', path)],
    ['a folder', () => mkdirSync(path)],
  ])('neither takes away nor follows %s, whatever may be replaced', (_, make) => {
    writeFileSync(join(folder, 'target'), lineOf(1));
    make();
    expect(() => new RefusedFile(path, 0, true).begin()).toThrow('is no file');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe(lineOf(1));
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('does not write into a file that another program puts there meanwhile', () => {
    const file = new RefusedFile(path, 0, true);
    file.begin();
    writeFileSync(join(folder, 'target'), 'mine');
    symlinkSync('target', path);
    expect(() => file.append([refused(1)])).toThrow('EEXIST');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('mine');
  });
});

describe('the file of refusals, resumed', () => {
  it('keeps what is counted, and resumes behind it', () => {
    writeFileSync(path, `${lineOf(1)}${lineOf(2)}{"line":3,"of":"a crash`);
    const file = new RefusedFile(path, lineOf(1).length + lineOf(2).length, false);
    file.begin();
    file.append([refused(4)]);
    file.close();
    expect(text()).toBe(lineOf(1) + lineOf(2) + lineOf(4));
    expect(file.bytes).toBe(text().length);
    expect(file.first).toEqual([refusal(1), refusal(2), refusal(4)]);
  });

  it.each([
    ['is gone', undefined],
    ['is shorter', lineOf(1)],
    ['holds something else', 'userId,firstName\n'.repeat(20)],
  ])('is refused when it %s, and stays as it is', (_, before) => {
    if (before !== undefined) writeFileSync(path, before);
    expect(() => new RefusedFile(path, 100, true).begin()).toThrow('expected 100 of the import so far');
    expect(existsSync(path) ? text() : undefined).toBe(before);
  });

  it('is not followed when it is a link', () => {
    writeFileSync(join(folder, 'target'), lineOf(1).repeat(9));
    symlinkSync('target', path);
    expect(() => new RefusedFile(path, lineOf(1).length, true).begin()).toThrow('is no file');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe(lineOf(1).repeat(9));
  });
});
