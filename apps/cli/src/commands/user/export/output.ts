import { PrivateDraft } from '@countersign/files';
import type { Terminal } from '../../../output/terminal.js';

/** Where an export goes. */
export interface Output {
  write(text: string): Promise<void>;
  /** Everything has been written. */
  commit(): void;
  /** As if nothing had been written, as far as that can be. */
  abandon(): void;
}

/** Stdout for `-`, waiting for slow readers; else a file of mode 0600 that appears when it is whole. */
export function outputTo(path: string, terminal: Terminal): Output {
  if (path === '-') {
    return {
      write: (text) => {
        // a pipe gets the bytes as they are; before eyes, values chosen by others could move the cursor
        if (terminal.showsResultOnTerminal) terminal.text(text.replaceAll('\r\n', '\n'));
        else terminal.bytes(Buffer.from(text));
        return terminal.room();
      },
      commit: () => undefined,
      abandon: () => undefined,
    };
  }
  const file = PrivateDraft.beside(path);
  return {
    write: async (text) => file.append(text),
    commit: () => file.replace(),
    abandon: () => file.abandon(),
  };
}
