import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations, runningServices } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { root } from '../architecture/workspace.js';

const programs: readonly string[] = ['gateway', ...runningServices];

/** The first group of every match, or all of it. */
function found(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

describe('the services in README.md', () => {
  const [, section = ''] =
    /\n## The services\n([\s\S]*?)\n## /.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];

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
