import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { ownVersion } from '../../version.js';

/** Prints versions; needs nothing that runs. */
export async function version({ terminal }: Invocation): Promise<undefined> {
  const versions = {
    countersign: ownVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  printOne(terminal, versions, { name: versions.countersign, facts: Object.entries(versions) });
}
