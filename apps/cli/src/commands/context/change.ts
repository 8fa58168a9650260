import { confirmed } from '../../confirmed.js';
import { type Invocation, word } from '../../invocation.js';

/** Chooses a context. */
export async function useContext(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const name = word(invocation, 0);
  configuration.contexts.read(name);
  if (!given.isSet('dryRun')) configuration.contexts.choose(name);
  terminal.remark(`context ${name} is chosen`);
}

/** Removes a stored context; the files it names stay. */
export async function removeContext(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const name = word(invocation, 0);
  configuration.contexts.read(name);
  if (given.isSet('dryRun')) return;
  await confirmed(invocation, `remove context ${name}?`);
  configuration.contexts.remove(name);
  terminal.remark(`context ${name} is removed`);
}
