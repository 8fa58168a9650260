/**
 * `node --no-opt --no-maglev count.mjs <program.ts>`: counts how often each block of a program's code is run by each
 * of the pieces of work that it exports as `works`, and prints that as JSON. A process of its own: V8 looks at all code
 * that its process has loaded for each count, and a worker of specs has loaded much. The compilers are off because
 * code that they inline is not counted.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Session } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { sourcesOfOurs } from './sources-of-ours.mjs';

const session = new Session();

/** Counts of the program's functions since the last time; V8 sets them back. A session of one's own answers at once. */
function take(url) {
  let functions = [];
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    if (error !== null) throw error;
    functions = answer.result.filter((script) => script.url === url).flatMap((script) => script.functions);
  });
  return functions.flatMap(({ functionName, ranges }) =>
    ranges
      .filter(({ count }) => count > 0)
      .map(({ startOffset, endOffset, count }) => ({ at: `${functionName} ${startOffset}-${endOffset}`, count })),
  );
}

async function countOf(work, url) {
  take(url);
  await work();
  const blocks = take(url);
  const lines = blocks.map(({ at, count }) => `${at}: ${count}`).sort();
  return {
    blocks: blocks.length,
    runs: blocks.reduce((sum, { count }) => sum + count, 0),
    way: createHash('sha256').update(lines.join('\n')).digest('hex'),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-count-'));
try {
  const outfile = join(folder, 'program.mjs');
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' };
  await build({ ...options, entryPoints: [process.argv[2]], outfile, plugins: [sourcesOfOurs({ isElsewhere: true })] });
  const url = pathToFileURL(outfile).href;
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const { works } = await import(url);
  const counted = {};
  for (const [name, work] of Object.entries(works)) counted[name] = await countOf(work, url);
  process.stdout.write(JSON.stringify(counted));
} finally {
  await rm(folder, { recursive: true, force: true });
}
