/**
 * Ctrl-C may arrive twice: from the terminal, which signals the whole group, and from the package manager that started
 * us, which passes it on. Only a signal after this time is a person who has lost patience.
 */
const sameSignalMs = 1_000;

/** Calls `stop` on the first signal to stop; a person's second one ends the process at once, with 130. */
export function onStopSignal(stop: () => void, signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): void {
  let isStopping = false;
  let isImpatient = false;
  const receive = (): void => {
    if (isImpatient) process.exit(130);
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      isImpatient = true;
    }, sameSignalMs).unref();
    stop();
  };
  for (const signal of signals) process.on(signal, receive);
}
