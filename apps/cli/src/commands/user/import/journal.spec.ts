import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ImportState } from './import-state.js';
import { Journal } from './journal.js';
import { RefusedFile } from './refused-file.js';
import { emptyTally } from './results.js';

let folder: string;
let statePath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  statePath = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state: ImportState = {
  version: 3,
  importId: 'i1',
  subject: { file: '', realm: 'staff', realmId: 'r1', refused: 'refused.jsonl', flags: '' },
  usersBefore: 0,
  bytesDone: 0,
  tally: emptyTally,
  refusedBytes: 0,
};
const countedBytes = () =>
  existsSync(statePath) ? (JSON.parse(readFileSync(statePath, 'utf8')) as ImportState).refusedBytes : undefined;

describe('the journal', () => {
  it('counts refusals only once they are on disk: after a power cut there must not be fewer than it says', () => {
    const refused = new RefusedFile(join(folder, 'refused.jsonl'), 0, true);
    const journal = new Journal(state, statePath, refused);
    const counted: unknown[] = [];
    const sync = refused.sync.bind(refused);
    jest.spyOn(refused, 'sync').mockImplementation(() => {
      counted.push(countedBytes());
      sync();
    });
    journal.begin();
    journal.add({
      end: 10,
      tally: { ...emptyTally, refused: 1 },
      refusals: [{ line: 1, problem: 'user.exists' }],
      differences: [],
    });
    journal.save();
    refused.close();
    expect(counted.slice(0, 2)).toEqual([undefined, 0]);
    expect(countedBytes()).toBe(refused.bytes);
  });

  it('takes nothing away before it begins', () => {
    const refused = new RefusedFile(join(folder, 'refused.jsonl'), 0, true);
    const begin = jest.spyOn(refused, 'begin');
    const journal = new Journal(state, statePath, refused);
    journal.save();
    expect(begin).not.toHaveBeenCalled();
    expect(existsSync(statePath)).toBe(false);
    journal.begin();
    journal.begin();
    expect(begin).toHaveBeenCalledTimes(1);
  });
});
