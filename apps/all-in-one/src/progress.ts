import type { WriteStream } from 'node:tty';

/** Says on stderr what a start is doing; in place on a terminal, a line each elsewhere, nothing when quiet. */
export interface Progress {
  step(text: string): void;
  done(): void;
}

export function showProgress(stream: WriteStream): Progress {
  const isLive = stream.isTTY === true && process.stderr.hasColors();
  let isOpen = false;
  return {
    step(text) {
      if (isLive) {
        stream.write(`\r\u001b[2K  ${text} …`);
        isOpen = true;
      } else {
        stream.write(`${text}\n`);
      }
    },
    done() {
      if (isOpen) stream.write('\r\u001b[2K');
      isOpen = false;
    },
  };
}
