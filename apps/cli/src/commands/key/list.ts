import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { type KeyRingFile, keyRingFiles, readKeyRing } from '../../configuration/key-ring-files.js';
import type { Invocation } from '../../invocation.js';
import { failureOf } from '../../output/failure-of.js';
import { printList } from '../../output/result.js';
import { guardedBy, type SealedCounts, sealedCounts } from './sealed-counts.js';

interface KeyRow {
  readonly service: string;
  readonly keyId: string;
  readonly isCurrent: boolean;
  readonly isInRing: boolean;
  /** Absent when the service could not be asked. */
  readonly sealedValues?: number;
}

/** Lists keys from the files, and with what the services count when they can be asked. */
export async function listKeys(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const files = keyRingFiles(configuration.dataFolder(), given.text('service'));
  const counts = await countsOf(invocation, files);
  printList(
    terminal,
    files.flatMap((file) => rowsOf(file, counts.get(file.service))),
    {
      noun: 'keys',
      name: ({ keyId }) => keyId,
      columns: [
        { title: 'SERVICE', value: ({ service }) => service },
        { title: 'KEY', value: ({ keyId }) => keyId },
        { title: 'STATE', value: stateOf },
        {
          title: 'SEALED VALUES',
          value: ({ sealedValues }) => (sealedValues === undefined ? 'unknown' : String(sealedValues)),
        },
      ],
    },
  );
}

function rowsOf(file: KeyRingFile, counts: SealedCounts | undefined): readonly KeyRow[] {
  const ring = readKeyRing(file);
  const missing = counts?.sealed.map(({ keyId }) => keyId).filter((keyId) => !ring.has(keyId)) ?? [];
  return [...ring.keyIds, ...missing].map((keyId) => ({
    service: file.service,
    keyId,
    isCurrent: keyId === ring.currentKeyId,
    isInRing: ring.has(keyId),
    ...(counts === undefined ? {} : { sealedValues: guardedBy(counts, keyId) }),
  }));
}

function stateOf({ isCurrent, isInRing }: KeyRow): string {
  if (!isInRing) return 'MISSING: its values cannot be opened';
  return isCurrent ? 'current' : 'replaced';
}

async function countsOf(
  invocation: Invocation,
  files: readonly KeyRingFile[],
): Promise<ReadonlyMap<string, SealedCounts>> {
  const counts = new Map<string, SealedCounts>();
  const count = async (bus: OperatorBus) => {
    for (const { service } of files) counts.set(service, await sealedCounts(bus, service));
  };
  await withBus(invocation, count).catch((error: unknown) => {
    invocation.terminal.warning(`values are not counted: ${failureOf(error).message}`);
  });
  return counts;
}
