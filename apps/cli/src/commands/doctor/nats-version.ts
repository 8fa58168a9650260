import { type Finding, fault, ok, warning } from './finding.js';

const oldest = [2, 9, 0] as const;
/** First of its line without CVE-2023-47090: servers before let strangers in when accounts are left out. */
const mended = [2, 9, 23] as const;

/** Whether the version of the NATS server will do. */
export function serverCheck(version: string | undefined): Finding {
  const parts = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (version === undefined || parts === undefined)
    return warning('nats', 'the server does not tell its version', 'use nats-server 2.10 or newer');
  if (isBefore(parts, oldest))
    return fault('nats', `nats-server ${version}, needed 2.9 or newer`, 'install nats-server 2.10 or newer');
  if (isBefore(parts, mended)) {
    return warning(
      'nats',
      `nats-server ${version} has CVE-2023-47090; only explicit accounts keep strangers out`,
      'install 2.10 or newer',
    );
  }
  return ok('nats', `nats-server ${version}`);
}

function isBefore(parts: readonly number[], bound: readonly number[]): boolean {
  for (const [index, limit] of bound.entries()) {
    const part = parts[index] ?? 0;
    if (part !== limit) return part < limit;
  }
  return false;
}
