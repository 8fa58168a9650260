import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Invocation } from './invocation.js';
import { exitCodes } from './output/exit-code.js';
import { Failure } from './output/failure.js';
import { printable } from './output/printable.js';

/** Whether the command may ask a question: it runs on a terminal and without `--no-input`. */
export function mayAsk({ given, terminal }: Invocation): boolean {
  return terminal.isInteractive && given.isSet('input');
}

/**
 * Asks for a secret on the terminal twice, so that a slip does not become the secret; what is typed is not shown.
 * @throws Failure when the two differ or nothing was typed
 */
export async function askedSecret(invocation: Invocation, what: string): Promise<string> {
  const [first, second] = await hiddenLines(invocation, [`${what}: `, `${what} again: `]);
  if (first === undefined || first === '') throw new Failure('nothing_typed', `no ${what} was typed: nothing was done`);
  if (first !== second) throw new Failure('typed_otherwise', `the second ${what} is another: nothing was done`);
  return first;
}

/** The answers to some questions; fewer when the input ends. */
async function hiddenLines({ terminal }: Invocation, questions: readonly string[]): Promise<readonly string[]> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const dialogue = createInterface({ input: terminal.openStdin(), output: silent, terminal: true, historySize: 0 });
  const lines: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const ask = () => terminal.stderr.write(printable(questions[lines.length] ?? ''));
      dialogue.on('line', (line) => {
        lines.push(line);
        terminal.stderr.write('\n');
        if (lines.length === questions.length) resolve();
        else ask();
      });
      dialogue.on('SIGINT', () =>
        reject(new Failure('interrupted', 'interrupted', { exitCode: exitCodes.interrupted })),
      );
      dialogue.on('close', resolve);
      ask();
    });
  } finally {
    dialogue.close();
  }
  return lines;
}
