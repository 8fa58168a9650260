import { PassThrough } from 'node:stream';
import { FixedClock } from '@countersign/clock';
import { describe, expect, it } from '@jest/globals';
import type { OutputFormat } from './format.js';
import { Progress } from './progress.js';
import { Terminal } from './terminal.js';

function progressOn(isTTY: boolean, format: OutputFormat = 'table', terminalKind = 'xterm') {
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const terminal = new Terminal({
    stdout: new PassThrough(),
    stderr,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    format,
    colour: 'never',
    noColour: undefined,
    forceColour: undefined,
    terminalKind,
    isQuiet: false,
    isVerbose: false,
  });
  const clock = new FixedClock(7_000);
  const progress = new Progress(terminal, 1_000, () => clock.now());
  return { progress, clock, said: () => String(stderr.read() ?? '') };
}

/** What is said so long after the beginning, when 200 users and 400 bytes have come to those of an earlier run. */
function saidAfter(ms: number, { progress, clock, said }: ReturnType<typeof progressOn>): string {
  progress.begin(100, 200);
  clock.advance(ms);
  progress.update(300, 600);
  return said();
}

describe('progress', () => {
  it('is one line on a terminal, with rate, percent and the time left, and goes before anything else is said', () => {
    const shown = progressOn(true);
    expect(saidAfter(2_000, shown)).toBe('\r60.0 %, 300 users, 100/s, 2 s left\u001b[K');
    shown.progress.say('something');
    expect(shown.said()).toBe('\r\u001b[Ksomething\n');
    shown.progress.clear();
    expect(shown.said()).toBe('');
  });

  it('is written anew five times a second at most', () => {
    expect(saidAfter(199, progressOn(true))).toBe('');
    expect(saidAfter(200, progressOn(true))).not.toBe('');
  });

  it.each([
    ['off a terminal', false, 'xterm'],
    ['on a terminal that cannot write over a line', true, 'dumb'],
  ] as const)('%s is a line of its own every ten seconds', (_, isTTY, kind) => {
    expect(saidAfter(9_999, progressOn(isTTY, 'table', kind))).toBe('');
    expect(saidAfter(10_000, progressOn(isTTY, 'table', kind))).toBe('60.0 %, 300 users, 20/s, 10 s left\n');
  });

  it('is nothing for a program', () => {
    expect(saidAfter(10_000, progressOn(true, 'json'))).toBe('');
  });

  it('complains of the same thing once in a while', () => {
    const { progress, clock, said } = progressOn(false);
    for (let time = 0; time < 6; time += 1) progress.complain('waiting');
    expect(said()).toBe('waiting\n');
    progress.complain('waiting for something else');
    expect(said()).toBe('waiting for something else\n');
    clock.advance(10_000);
    progress.complain('waiting for something else');
    expect(said()).toBe('waiting for something else\n');
  });
});
