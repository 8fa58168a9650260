import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coloursOf, wantsColour } from './colours.js';
import { printable, printableText } from './printable.js';
import { factsOf, GrowingTable, tableOf } from './table.js';

const auto = {
  choice: 'auto',
  isTerminal: true,
  noColour: undefined,
  forceColour: undefined,
  terminalKind: 'xterm',
} as const;
const plain = coloursOf({ ...auto, choice: 'never' });
const columns = [
  { title: 'NAME', value: (row: { name: string }) => row.name },
  { title: 'ROLE', value: () => 'reader' },
];

describe('a table', () => {
  it('lines up by what is seen: wide characters, combining marks and colours', () => {
    const lines = tableOf([{ name: 'ab' }, { name: '王小明' }, { name: 'zoe\u0308' }], columns, plain).split('\n');
    expect(lines).toEqual(['NAME    ROLE', 'ab      reader', '王小明  reader', 'zoe\u0308     reader']);
  });

  it('lines up over its pages, and has its titles once', () => {
    const table = new GrowingTable(columns, plain);
    expect(table.page([{ name: 'longer name' }]).split('\n')).toEqual(['NAME         ROLE', 'longer name  reader']);
    expect(table.page([{ name: 'a' }, { name: '王' }]).split('\n')).toEqual([
      'a            reader',
      '王           reader',
    ]);
    expect(table.page([{ name: 'the longest name' }]).split('\n')).toEqual(['the longest name  reader']);
    expect(table.page([{ name: 'a' }]).split('\n')).toEqual(['a                 reader']);
  });

  it('is the same with colours once they are taken off', () => {
    const rows = [{ name: 'a' }, { name: 'longer' }];
    const coloured = tableOf(rows, columns, coloursOf({ ...auto, choice: 'always' }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(tableOf(rows, columns, plain));
    expect(coloured).toContain('\u001b[');
  });

  it('leaves no white space at the end of a line', () => {
    expect(
      factsOf(
        [
          ['short', ''],
          ['longer name', 'x'],
          ['absent', undefined],
        ],
        plain,
      ),
    ).toBe('short\nlonger name  x');
  });

  it('cannot be used to write to the terminal: an application name is chosen by others', () => {
    expect(tableOf([{ name: '\u001b]0;owned\u0007' }], columns, plain)).not.toContain('\u001b');
    expect(printable('a\u009b31m')).toBe('a\\u009b31m');
    expect(printable('one\ntwo')).toBe('one\\u000atwo');
    expect(printableText('one\n\ttwo')).toBe('one\n\ttwo');
  });

  it('holds no control character nor a turn of direction, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(printable(value)).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('colours', () => {
  it.each([
    ['on a terminal', {}, true],
    ['off a terminal', { isTerminal: false }, false],
    ['with NO_COLOR', { noColour: '1' }, false],
    ['with TERM=dumb', { terminalKind: 'dumb' }, false],
    ['with FORCE_COLOR off a terminal', { isTerminal: false, forceColour: '1' }, true],
    ['with FORCE_COLOR=0', { forceColour: '0' }, false],
    ['with NO_COLOR and FORCE_COLOR', { noColour: '1', forceColour: '1' }, false],
    ['with --color always and NO_COLOR', { choice: 'always', noColour: '1', isTerminal: false }, true],
    ['with --color never and FORCE_COLOR', { choice: 'never', forceColour: '1' }, false],
  ] as const)('%s', (_name, wishes, expected) => {
    expect(wantsColour({ ...auto, ...wishes })).toBe(expected);
  });
});
