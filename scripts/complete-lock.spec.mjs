import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { missingFrom } from './complete-lock.mjs';

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'));

describe('package-lock.json', () => {
  it('holds every build that a package names: npm ci, with which images are built, refuses any other', () => {
    const places = missingFrom(lock.packages).map(({ place }) => place);
    // mended by: node scripts/complete-lock.mjs
    expect(places).toEqual([]);
  });

  it('would be seen to lack one, at the root and below a package', () => {
    const packages = {
      'node_modules/tool': {
        optionalDependencies: { 'tool-linux-x64': '1.0.0', 'tool-darwin-arm64': '1.0.0' },
        dev: true,
      },
      'node_modules/tool/node_modules/tool-linux-x64': {},
    };
    expect(missingFrom(packages)).toEqual([{ place: 'node_modules/tool-darwin-arm64', version: '1.0.0', dev: true }]);
  });
});
