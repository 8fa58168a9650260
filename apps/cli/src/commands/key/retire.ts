import { withoutKey } from '@countersign/sealing';
import { withBus } from '../../bus/operator-bus.js';
import { changeKeyRing, keyRingFiles, readKeyRing } from '../../configuration/key-ring-files.js';
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
  const counts = await withBus(invocation, (bus) => sealedCounts(bus, file.service));
  const guarded = guardedBy(counts, keyId);
  if (guarded > 0 || counts.currentKeyId === keyId) {
    throw new Failure('key.in_use', `key ${keyId} still guards ${guarded} values of ${file.service}`, {
      hint: 'they are sealed again in the background; see: countersign key list',
    });
  }
  if (given.isSet('dryRun')) {
    terminal.remark(`would take ${keyId} out of ${file.path}`);
    return;
  }
  await confirmed(invocation, `take key ${keyId} out of ${file.path}? backups made before can then not be opened`);
  changeKeyRing(file, (json) => withoutKey(json, keyId));
  printOne(
    terminal,
    { service: file.service, keyId },
    { name: keyId, facts: Object.entries({ service: file.service, retired: keyId }) },
  );
}
