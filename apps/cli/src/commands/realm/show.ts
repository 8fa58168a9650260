import { showRealm } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { realmFacts } from './view.js';

/** Shows one realm: the named one, else that of the context. */
export async function showRealmCommand(invocation: Invocation): Promise<undefined> {
  const realm = await askOnce(invocation, showRealm, {
    realm: invocation.words[0] ?? invocation.configuration.realm(),
  });
  printOne(invocation.terminal, realm, realmFacts(realm));
}
