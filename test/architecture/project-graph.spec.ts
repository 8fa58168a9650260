import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readWorkspace, root } from './workspace.js';

interface Graph {
  readonly graph: { readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>> };
}

function nxGraph(): Graph {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-graph-'));
  try {
    const file = join(folder, 'graph.json');
    const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' };
    execFileSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`], {
      cwd: root,
      env: environment,
      stdio: 'pipe',
      timeout: 60_000,
    });
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the project graph', () => {
  it('that Nx reads is the one that package.json files declare and the rules check', () => {
    const { dependencies } = nxGraph().graph;
    const packages = Object.entries(dependencies).filter(([name]) => name.startsWith('@countersign/'));
    const seen = packages.map(([name, edges]) => [
      name,
      edges
        .map(({ target }) => target)
        .filter((target) => target.startsWith('@countersign/'))
        .sort(),
    ]);
    const declared = readWorkspace().projects.map(({ name, dependencies: own }) => [
      name,
      own.filter((dependency) => dependency.startsWith('@countersign/')).sort(),
    ]);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(declared));
  }, 90_000);
});
