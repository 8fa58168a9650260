import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { folderToWrite } from './import-options.js';

describe('the progress and the refusals of an import', () => {
  it('lie beside its file', () => expect(folderToWrite(tmpdir())).toBe(tmpdir()));

  it('lie in the working folder where the folder of the file cannot be written', () =>
    expect(folderToWrite('/proc/no such process')).toBe('.'));
});
