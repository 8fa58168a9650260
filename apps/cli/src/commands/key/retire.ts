import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { type KeyRingFile, keyRingFiles, readKeyRing, retireFrom } from '../../configuration/key-ring-files.js';
import { confirmed } from '../../confirmed.js';
import { type Invocation, word } from '../../invocation.js';
import { exitCodes } from '../../output/exit-code.js';
import { Failure } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { guardedBy, sealedCounts } from './sealed-counts.js';

/** Takes a replaced key out of its ring, once the service says that it guards nothing any more. */
export async function retireKey(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const keyId = word(invocation, 0);
  const file = keyRingFiles(configuration.dataFolder(), undefined).find((candidate) =>
    readKeyRing(candidate).has(keyId),
  );
  if (file === undefined) {
    throw new Failure('key.unknown', `no key ring has a key ${keyId}`, {
      exitCode: exitCodes.notFound,
      hint: 'see: countersign key list',
    });
  }
  if (readKeyRing(file).currentKeyId === keyId) {
    throw new Failure('key.current', `key ${keyId} is the current one`, {
      hint: 'replace it first with: countersign key rotate',
    });
  }
  await withBus(invocation, (bus) => refuseWhileInUse(bus, file, keyId));
  if (given.isSet('dryRun')) {
    terminal.remark(`would take ${keyId} out of ${file.path}`);
    return;
  }
  await confirmed(invocation, `take key ${keyId} out of ${file.path}? backups made before can then not be opened`);
  // a change that was under way while we counted may still have been sealed under the key
  await withBus(invocation, (bus) => retireFrom(file, keyId, () => refuseWhileInUse(bus, file, keyId)));
  const { service } = file;
  printOne(terminal, { service, keyId }, { name: keyId, facts: Object.entries({ service, retired: keyId }) });
}

async function refuseWhileInUse(bus: OperatorBus, { service }: KeyRingFile, keyId: string): Promise<void> {
  const counts = await sealedCounts(bus, service);
  const guarded = guardedBy(counts, keyId);
  if (guarded === 0 && counts.currentKeyId !== keyId) return;
  throw new Failure('key.in_use', `key ${keyId} still guards ${guarded} values of ${service}`, {
    hint: 'they are sealed again in the background; see: countersign key list',
  });
}
