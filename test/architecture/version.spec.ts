import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { productVersion } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { root } from './workspace.js';

describe('the version', () => {
  it('that services show is the one of package.json', () => {
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe(productVersion);
  });
});
