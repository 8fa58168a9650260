import { askedSecret, mayAsk } from '../../asked-secret.js';
import { readSecretText } from '../../configuration/secret-text.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';

/** The password for a user: from `--password-file`, or typed on a terminal. A flag's value would show in process lists. */
export async function givenPassword(invocation: Invocation): Promise<string> {
  const { given, terminal } = invocation;
  const path = given.text('passwordFile');
  if (path !== undefined) return readSecretText(path, '--password-file', (text) => terminal.warning(text));
  if (mayAsk(invocation)) return askedSecret(invocation, 'password');
  throw usageFault('--password-file is missing', 'name the file that holds the password, or - for stdin');
}
