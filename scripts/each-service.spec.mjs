import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { deploymentFiles, withEachService } from './each-service.mjs';

const root = join(import.meta.dirname, '..');
const block = (...lines) =>
  [
    'before',
    '  # each service, like authentication: npm run docs writes the others',
    ...lines,
    '  # end of each service',
    'after',
  ].join('\n');
const services = ['authentication', 'directory'];

describe('a part that repeats for each service', () => {
  it('is written for the others as it is for the first, in either case of its name', () => {
    const part = ['  - authentication:', '      AUTHENTICATION_KEY_RING_FILE: /secrets/authentication', ''];
    const copy = ['  - directory:', '      DIRECTORY_KEY_RING_FILE: /secrets/directory', ''];
    expect(withEachService(block(...part), services)).toBe(block(...part, ...copy));
  });

  it('follows a change of the first, and drops a service that is no longer listed', () => {
    const changed = block('  - authentication', '    more', '  - directory', '  - former');
    const expected = block('  - authentication', '    more', '  - directory', '    more');
    expect(withEachService(changed, services)).toBe(expected);
    expect(withEachService(expected, services)).toBe(expected);
  });

  it('is told apart from a further line of the same service', () => {
    const text = block('  - authentication-secrets', '  - authentication-owner-secrets');
    expect(withEachService(text, services)).toBe(
      block(
        '  - authentication-secrets',
        '  - authentication-owner-secrets',
        '  - directory-secrets',
        '  - directory-owner-secrets',
      ),
    );
  });

  it('is refused when nothing ends it, or when it begins without the name', () => {
    const endless = block('  - authentication').replace('end of each service', 'end');
    expect(() => withEachService(endless, services)).toThrow('line 2 begins the part of each service');
    expect(() => withEachService(block('  - x'), services)).toThrow(
      'begins with "  - x", expected authentication in it',
    );
  });

  it('leaves everything else as it is', () => {
    const text = 'authentication\n# each service\n- authentication\n';
    expect(withEachService(text, services)).toBe(text);
  });
});

describe('the files that deploy the services', () => {
  it('are as the list of services has them', () => {
    const stale = [...deploymentFiles(root, runningServices)].filter(
      ([path, text]) => readFileSync(join(root, path), 'utf8') !== text,
    );
    // mended by: npm run docs
    expect(stale.map(([path]) => path)).toEqual([]);
  });

  const all = [...runningServices, 'further'];
  const files = deploymentFiles(root, all);

  it('name a further service wherever they name another', () => {
    const isShared = (path) => !path.endsWith('.md') && !all.some((one) => path.endsWith(`/${one}.yaml`));
    const shared = [...files].filter(([path]) => isShared(path));
    const linesThatName = (name, text) =>
      text
        .split('\n')
        .filter((line) => !/^\s*#/.test(line) && new RegExp(`\\b(?<!--)${name}`, 'i').test(line))
        .map((line) => line.replace(new RegExp(name, 'gi'), 'further'))
        .sort();
    for (const [path, text] of shared) {
      const expected = linesThatName('further', text);
      for (const service of runningServices) {
        expect([path, service, linesThatName(service, text)]).toEqual([path, service, expected]);
      }
    }
  });

  it('name a further service in the commands of the guide', () => {
    const lines = files.get('docs/guides/scale-out.md').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^for image in gateway .* further jobs; do$/),
        expect.stringMatching(/^for one in gateway .* further further-owner provisioner; do$/),
        expect.stringMatching(/^for container in .* further .* gateway\); do$/),
      ]),
    );
  });
});
