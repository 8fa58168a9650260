import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs, systemRandomness } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import { withNewKey } from '@countersign/sealing';
import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { changeKeyRing, type KeyRingFile, keyRingFiles } from '../../configuration/key-ring-files.js';
import type { Invocation } from '../../invocation.js';
import { unreachable } from '../../output/failure.js';
import { printList } from '../../output/result.js';
import { leftToReseal, sealedCounts } from './sealed-counts.js';

interface Rotated extends KeyRingFile {
  readonly keyId: string;
}

const longestMs = 10 * 60_000;
const pollEveryMs = 500;

/**
 * Gives each ring a fresh current key; the services notice the changed file and seal their values again. Before
 * anything is changed the services are asked once, so that a rotation that cannot be followed does not begin unnoticed.
 */
export async function rotateKeys(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const files = keyRingFiles(configuration.dataFolder(), given.text('service'));
  if (given.isSet('dryRun')) {
    for (const { path } of files) terminal.line(`would add a key to ${path}`);
    return;
  }
  if (!given.isSet('wait')) {
    print(invocation, rotate(files));
    terminal.remark('follow the values with: countersign key list');
    return;
  }
  const endsAt = monotonicMs() + configuration.timeoutMs(longestMs);
  await withBus(
    invocation,
    async (bus) => {
      for (const { service } of files) await sealedCounts(bus, service);
      const rotated = rotate(files);
      for (const ring of rotated) await untilResealed(invocation, bus, ring, endsAt);
      print(invocation, rotated);
    },
    longestMs,
  );
  terminal.remark('the replaced keys stay in the rings; take one out with: countersign key retire <keyId>');
}

function rotate(files: readonly KeyRingFile[]): readonly Rotated[] {
  return files.map((file) => {
    const ring = changeKeyRing(file, (json) => withNewKey(json, systemRandomness));
    return { ...file, keyId: ring.currentKeyId };
  });
}

async function untilResealed({ terminal }: Invocation, bus: OperatorBus, ring: Rotated, endsAt: number): Promise<void> {
  for (let said = ''; ; ) {
    const left = await leftOf(bus, ring);
    const progress = left === undefined ? 'waits for the service' : `${left} values left to seal again`;
    if (progress !== said)
      terminal.remark(`${ring.service}: ${left === 0 ? `all values are under ${ring.keyId}` : progress}`);
    said = progress;
    if (left === 0) return;
    if (monotonicMs() + pollEveryMs > endsAt) {
      throw unreachable(
        `${ring.service}: ${progress}; the new key ${ring.keyId} is current and the work goes on`,
        'follow it with: countersign key list',
      );
    }
    await wait(pollEveryMs);
  }
}

/** `undefined` while the service does not answer or has not noticed the new key: both pass. */
async function leftOf(bus: OperatorBus, ring: Rotated): Promise<number | undefined> {
  try {
    const counts = await sealedCounts(bus, ring.service);
    return counts.currentKeyId === ring.keyId ? leftToReseal(counts, ring.keyId) : undefined;
  } catch (error) {
    if (error instanceof Problem && error.status === 503) return undefined;
    throw error;
  }
}

function print({ terminal }: Invocation, rotated: readonly Rotated[]): void {
  printList(
    terminal,
    rotated.map(({ service, keyId }) => ({ service, keyId })),
    {
      noun: 'key rings',
      name: ({ keyId }) => keyId,
      columns: [
        { title: 'SERVICE', value: ({ service }) => service },
        { title: 'CURRENT KEY', value: ({ keyId }) => keyId },
      ],
    },
  );
}
