import { existsSync } from 'node:fs';
import { PrivateDraft } from '@countersign/files';
import type { Invocation } from '../../invocation.js';
import { exitCodes } from '../../output/exit-code.js';
import { Failure, usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

interface Given {
  readonly applicationId: string;
  readonly applicationKey: string;
}

/** Where a key that is given out once goes. */
export interface KeyDestination {
  /** Prints both, or writes the key to its file and prints the rest. */
  deliver(given: Given): void;
  /** When no key was given out after all. */
  abandon(): void;
}

/**
 * With `--key-file` the file, else stdout. The file is opened before the key is asked for: a folder that cannot be
 * written must show while there is no key yet that could get lost.
 * @throws Failure for usage when the file exists and may not be replaced
 */
export function keyDestination({ given, terminal }: Invocation, mayReplace: boolean): KeyDestination {
  const keyFile = given.text('keyFile');
  if (keyFile === undefined) {
    return {
      deliver: (key) => printOne(terminal, key, { name: key.applicationId, facts: Object.entries(key) }),
      abandon: () => undefined,
    };
  }
  if (keyFile === '-')
    throw usageFault('--key-file - would mix the key with the result', 'leave it out to print the key');
  if (!mayReplace && existsSync(keyFile))
    throw usageFault(`${keyFile} exists`, 'it may be the only copy of another key');
  const file = PrivateDraft.beside(keyFile);
  return {
    deliver({ applicationId, applicationKey }) {
      try {
        file.append(`${applicationKey}\n`);
        file.replace();
      } catch (error) {
        throw lost(applicationId, keyFile, error);
      }
      printOne(
        terminal,
        { applicationId, keyFile },
        { name: applicationId, facts: Object.entries({ applicationId, keyFile }) },
      );
    },
    abandon: () => file.abandon(),
  };
}

function lost(applicationId: string, keyFile: string, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : 'an unexpected fault';
  return new Failure('key_file.not_written', `the new key could not be written to ${keyFile}: ${reason}`, {
    exitCode: exitCodes.refused,
    hint: `it is lost; draw another with: countersign application rotate ${applicationId}`,
  });
}
