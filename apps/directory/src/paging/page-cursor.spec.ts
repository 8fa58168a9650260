import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { cutPage, readCursor, writeCursor } from './page-cursor.js';

const shape = z.tuple([z.string(), z.string()]);

describe('a cursor', () => {
  it('comes back as it was written, whatever the names', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const cursor = writeCursor([one, other]);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(readCursor(shape, cursor)).toEqual([one, other]);
      }),
    );
  });

  it('is absent on the first page', () => expect(readCursor(shape, undefined)).toBeUndefined());

  it.each([
    '',
    'staff',
    '*',
    writeCursor(['one']),
    writeCursor(['one', 'two', 'three']),
    Buffer.from('{"0":"a","1":"b"}').toString('base64url'),
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["a",').toString('base64url'),
  ])('that no list wrote is refused: %j', (cursor) => {
    expect(() => readCursor(shape, cursor)).toThrow(expect.objectContaining({ code: 'request.malformed' }));
  });

  it('that was made up never throws anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (cursor) => {
        try {
          readCursor(shape, cursor);
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'request.malformed' });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a page', () => {
  const positionOf = (row: string) => [row];

  it('goes on after its last row when one more was read', () => {
    expect(cutPage(['a', 'b', 'c'], 2, positionOf)).toEqual({ rows: ['a', 'b'], next: writeCursor(['b']) });
  });

  it.each([[[]], [['a']], [['a', 'b']]])('is the last one when no more was read: %j', (rows) => {
    expect(cutPage(rows, 2, positionOf)).toEqual({ rows });
  });
});
