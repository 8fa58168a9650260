import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Metrics are declared where they are counted: their names and sentences are read from the sources. */
const declared = /'((?:gateway|bus|database|outbox|claims|hashing|job|feed)_[a-z_]+)',\s*(?:'([^']+)'|"([^"]+)")/g;

const watch = [
  ['`countersign_outbox_lag_seconds`', 'NATS is away or too slow; nothing is lost, listeners are late'],
  ['`countersign_hashing_refused_total`', 'more passwords than the cores can hash: add replicas of authentication'],
  ['`countersign_database_callers_waiting`', 'the pool, or the database, is too small'],
  [
    '`countersign_gateway_refusals_total{reason="seen-before"}`',
    'an attacker replays requests, or a client repeats them',
  ],
  ['`countersign_job_runs_total{outcome="failed"}`', 'look at the log of that service'],
  ['`countersign_gateway_answers_total{status="503"}`', 'something is away: see `/readyz` of each service'],
];

/**
 * The page of all metrics, as Markdown.
 *
 * @param {string} root of the checkout
 * @param {(head: readonly string[], rows: readonly (readonly string[])[]) => string} table
 * @returns {string}
 */
export function metricReference(root, table) {
  return [
    "Every service answers `/metrics` on its port, in Prometheus' text format, beside the metrics of its process. All carry the label `service`. Labels come from closed lists (routes, statuses, problem codes, subjects of operations), never from what a caller chose, so that their number is bounded.",
    '## Watch these',
    table(['metric', 'when it grows, or stays up'], watch),
    '## All',
    table(['metric', 'what it counts'], metricsOf(root)),
  ].join('\n\n');
}

function metricsOf(root) {
  const rows = new Map();
  for (const file of ['apps', 'libs'].flatMap((folder) => sourcesIn(join(root, folder)))) {
    for (const [, name, plain, quoted] of readFileSync(file, 'utf8').matchAll(declared)) {
      rows.set(name, [`\`countersign_${name}\``, plain ?? quoted]);
    }
  }
  return [...rows.values()].sort(([one], [other]) => (one < other ? -1 : 1));
}

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file) && !file.endsWith('.spec.ts'))
    .map((file) => join(folder, file));
}
