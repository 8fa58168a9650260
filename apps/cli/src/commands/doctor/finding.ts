import { type ExitCode, exitCodes } from '../../output/exit-code.js';
import { printable } from '../../output/printable.js';
import { printList } from '../../output/result.js';
import type { Terminal } from '../../output/terminal.js';

/** What one check found; `mend` says what to do about it. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault' | 'skipped';
  readonly found: string;
  readonly mend?: string | undefined;
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found };
}
export function warning(check: string, found: string, mend: string): Finding {
  return { check, state: 'warning', found, mend };
}
export function fault(check: string, found: string, mend?: string): Finding {
  return { check, state: 'fault', found, mend };
}
export function skipped(check: string, found: string): Finding {
  return { check, state: 'skipped', found };
}

/** Prints one line each, with its mend behind it; any fault makes the command fail. */
export function printFindings(terminal: Terminal, findings: readonly Finding[]): ExitCode {
  if (terminal.format === 'table') {
    const width = Math.max(...findings.map(({ check }) => check.length));
    for (const finding of findings) terminal.verbatim(lineOf(terminal, finding, width));
  } else {
    printList(terminal, findings, { noun: 'findings', columns: [], name: ({ check, state }) => `${check} ${state}` });
  }
  return findings.some(({ state }) => state === 'fault') ? exitCodes.refused : exitCodes.done;
}

function lineOf({ colours }: Terminal, { check, state, found, mend }: Finding, width: number): string {
  const paint = { ok: colours.green, warning: colours.yellow, fault: colours.red, skipped: colours.dim }[state];
  const advice = mend === undefined ? '' : colours.dim(` → ${printable(mend)}`);
  return `${paint(state.padEnd('skipped'.length))}  ${check.padEnd(width)}  ${printable(found)}${advice}`;
}
