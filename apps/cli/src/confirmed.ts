import { createInterface } from 'node:readline/promises';
import type { Invocation } from './invocation.js';
import { exitCodes } from './output/exit-code.js';
import { Failure, usageFault } from './output/failure.js';
import { printable } from './output/printable.js';

/**
 * Asks before something that cannot be undone. Without a terminal or with `--no-input` no question is asked, and only
 * `--yes` is consent: a pipe or a job that was started by mistake must not destroy anything.
 *
 * @throws Failure when the answer is not yes, and for usage when no question may be asked and `--yes` is not given
 */
export async function confirmed({ given, terminal }: Invocation, question: string): Promise<void> {
  if (given.isSet('yes')) return;
  if (!terminal.isInteractive || !given.isSet('input')) {
    throw usageFault(`this cannot be undone, and there is no terminal to ask on: ${question}`, 'to consent, add --yes');
  }
  const dialogue = createInterface({ input: terminal.openStdin(), output: terminal.stderr });
  try {
    const answer = await dialogue.question(`${printable(question)} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    dialogue.close();
  }
  throw new Failure('not_confirmed', 'nothing was done', { exitCode: exitCodes.refused });
}
