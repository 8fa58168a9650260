import { createInterface } from 'node:readline/promises';
import type { Invocation } from './invocation.js';
import { exitCodes } from './output/exit-code.js';
import { Failure } from './output/failure.js';
import { printable } from './output/printable.js';

/**
 * Asks before something that cannot be taken back, but only on a terminal, without `--yes` and `--no-input`. A script has
 * decided already.
 * @throws Failure when the answer is not yes
 */
export async function confirmed({ given, terminal }: Invocation, question: string): Promise<void> {
  const mayAsk = terminal.isInteractive && !given.isSet('yes') && given.isSet('input');
  if (!mayAsk) return;
  const dialogue = createInterface({ input: terminal.openStdin(), output: terminal.stderr });
  try {
    const answer = await dialogue.question(`${printable(question)} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    dialogue.close();
  }
  throw new Failure('not_confirmed', 'nothing was done', { exitCode: exitCodes.refused });
}
