import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
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
  return { progress: new Progress(terminal, 1_000), said: () => String(stderr.read() ?? '') };
}

/** What is said once it is time to say something, or nothing within half a second. */
async function saidOf({ progress, said }: ReturnType<typeof progressOn>): Promise<string> {
  progress.begin(100, 200);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    await wait(10);
    progress.update(300, 600);
    const text = said();
    if (text !== '') return text;
  }
  return '';
}

describe('progress', () => {
  it('is one line on a terminal, with rate, percent and the time left, and goes before anything else is said', async () => {
    const shown = progressOn(true);
    const line = await saidOf(shown);
    expect(line).toMatch(/^\r60\.0 %, 300 users, \d+\/s, \d+ s left/);
    expect(line.endsWith(' left\u001b[K')).toBe(true);
    shown.progress.say('something');
    expect(shown.said()).toBe('\r\u001b[Ksomething\n');
    shown.progress.clear();
    expect(shown.said()).toBe('');
  });

  it.each([
    ['off a terminal', false, 'table', 'xterm'],
    ['for a program', true, 'json', 'xterm'],
    ['on a terminal that cannot write over a line', true, 'table', 'dumb'],
  ] as const)('is not animated %s', async (_, isTTY, format, kind) => {
    expect(await saidOf(progressOn(isTTY, format, kind))).toBe('');
  });

  it('complains of the same thing once in a while', () => {
    const { progress, said } = progressOn(false);
    for (let time = 0; time < 6; time += 1) progress.complain('waiting');
    expect(said()).toBe('waiting\n');
    progress.complain('waiting for something else');
    expect(said()).toBe('waiting for something else\n');
  });
});
