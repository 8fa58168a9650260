import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Failure } from './failure.js';
import type { OutputFormat } from './format.js';
import { printList, printOne } from './result.js';
import { Terminal } from './terminal.js';

/** Moves the cursor by one C1 control, and turns the direction of what follows. */
const hostile = 'a\u009b2Jb\u202ec';
const shown = 'a\\u009b2Jb\\u202ec';

function said(format: OutputFormat, say: (terminal: Terminal) => void): string {
  const stream = new PassThrough();
  const terminal = new Terminal({
    stdout: stream,
    stderr: stream,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    format,
    colour: 'never',
    noColour: undefined,
    forceColour: undefined,
    terminalKind: 'xterm',
    isQuiet: false,
    isVerbose: true,
  });
  say(terminal);
  return (stream.read() as Buffer).toString();
}

describe('what others chose is made safe', () => {
  const failure = new Failure('x', hostile, { hint: hostile, requestId: hostile });
  it.each<[string, (terminal: Terminal) => void]>([
    ['a line', (terminal) => terminal.line(hostile)],
    ['a note', (terminal) => terminal.note(hostile)],
    ['a remark', (terminal) => terminal.remark(hostile)],
    ['a detail', (terminal) => terminal.detail(hostile)],
    ['a warning', (terminal) => terminal.warning(hostile)],
    ['a failure', (terminal) => terminal.failure(failure)],
    ['a fact', (terminal) => printOne(terminal, {}, { name: 'x', facts: [['name', hostile]] })],
  ])('in %s', (_, say) => {
    const text = said('table', say);
    expect(text).toContain(shown);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  });

  it('in the request id of a failure, which is a header of an answer', () => {
    expect(said('table', (terminal) => terminal.failure(failure))).toContain(`request id: ${shown}`);
  });

  it('in a name', () => {
    const rows = [{ id: hostile }];
    const view = { noun: 'rows', columns: [], name: (row: { id: string }) => row.id };
    expect(said('name', (terminal) => printList(terminal, rows, view))).toBe(`${shown}\n`);
  });

  it('in JSON, which stays the same JSON', () => {
    const one = said('json', (terminal) => printOne(terminal, { hostile }, { name: 'x', facts: [] }));
    expect(one).not.toMatch(/[\u009b\u202e]/);
    expect(JSON.parse(one)).toEqual({ hostile });
    const fault = said('json', (terminal) => terminal.failure(failure));
    expect(fault).not.toMatch(/[\u009b\u202e]/);
    expect(JSON.parse(fault)).toEqual({ error: { code: 'x', message: hostile, hint: hostile, requestId: hostile } });
  });
});
