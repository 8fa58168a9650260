import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretFolder } from './secret-folder.js';

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('a folder of secrets', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  it('makes what is not there, for its owner only, and leaves nothing beside it', () => {
    const folder = new SecretFolder(path);
    expect(folder.ensure('gateway/nats-url', () => 'made')).toBe('made');
    expect([folder.made, folder.kept]).toEqual([['gateway/nats-url'], []]);
    expect([modeOf(join(path, 'gateway')), modeOf(join(path, 'gateway/nats-url'))]).toEqual(['700', '600']);
    expect(readdirSync(join(path, 'gateway'))).toEqual(['nats-url']);
  });

  it('never writes over what is there, and does not make it again for nothing', () => {
    new SecretFolder(path).ensure('gateway/nats-url', () => 'first');
    const folder = new SecretFolder(path);
    const make = () => {
      throw new Error('made again');
    };
    expect(folder.ensure('gateway/nats-url', make)).toBe('first');
    expect([folder.made, folder.kept]).toEqual([[], ['gateway/nats-url']]);
  });

  it('gives the one who loses a race what the other made', () => {
    const folder = new SecretFolder(path);
    const slow = () => {
      new SecretFolder(path).ensure('gateway/nats-url', () => 'the other was faster');
      return 'too late';
    };
    expect(folder.ensure('gateway/nats-url', slow)).toBe('the other was faster');
    expect([folder.made, folder.kept]).toEqual([[], ['gateway/nats-url']]);
    expect(readdirSync(join(path, 'gateway'))).toEqual(['nats-url']);
  });

  it('names the file that is missing or empty', () => {
    const folder = new SecretFolder(path);
    expect(folder.read('gateway/nats-url')).toBeUndefined();
    expect(() => folder.demand('gateway/nats-url')).toThrow(/gateway\/nats-url is not there: make it with the task/);
    writeFileSync(join(path, 'empty'), '\n');
    expect(() => folder.demand('empty')).toThrow(/is empty/);
  });

  it('leaves out the line end that people leave behind', () => {
    writeFileSync(join(path, 'typed'), 'by hand\n');
    expect(new SecretFolder(path).demand('typed')).toBe('by hand');
  });
});
