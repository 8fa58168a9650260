import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations, runningServices, startOrder } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { root } from '../architecture/workspace.js';
import { images } from './program.js';

const page = (path: string) => readFileSync(join(root, path), 'utf8');
const programs: readonly string[] = ['gateway', ...runningServices];

/** The first group of every match, or all of it. */
function found(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

describe('the services in README.md', () => {
  const [, section = ''] = /\n## The services\n([\s\S]*?)\n## /.exec(page('README.md')) ?? [];

  it('are in the table, each with its schema', () => {
    expect(found(section, /^\| (\w+) +\|/gm).slice(1)).toEqual(programs);
    expect(found(section, /\| schema `(\w+)` +\|$/gm)).toEqual(runningServices);
  });

  it('ask in the picture whom they ask by the contracts', () => {
    const asked = operations.flatMap(({ service, askedBy }) =>
      askedBy.filter((asker) => programs.includes(asker)).map((asker) => `${asker} --> ${service}`),
    );
    const drawn = [...section.matchAll(/^ +(\w+) -- .* --> (\w+)$/gm)].map(([, asker, to]) => `${asker} --> ${to}`);
    expect(drawn.filter((edge) => !edge.endsWith('stream')).sort()).toEqual([...new Set(asked)].sort());
  });

  it('have their tables and tell their events in the picture', () => {
    expect(found(section, /\(PostgreSQL: (\w+)\)/g)).toEqual(runningServices);
    expect(found(section, /^ +(\w+) -- events --> stream/gm)).toEqual(runningServices);
  });
});

describe('the commands of docs/guides/scale-out.md', () => {
  const guide = page('docs/guides/scale-out.md');

  it('build every image', () => {
    expect(found(guide, /^for image in (.*); do$/gm)).toEqual([images.join(' ')]);
  });

  it('make a Secret for every program, and for the owner of every schema', () => {
    const secrets = [
      ...programs.flatMap((name) => (name === 'gateway' ? [name] : [name, `${name}-owner`])),
      'provisioner',
    ];
    expect(found(guide, /^for one in (.*); do$/gm)).toEqual([secrets.join(' ')]);
  });

  it('restart every service, in the order in which they start', () => {
    expect(found(guide, /docker compose ps --quiet (.*)\); do$/gm)).toEqual([[...startOrder, 'gateway'].join(' ')]);
  });
});
