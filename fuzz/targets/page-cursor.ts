import { Problem } from '@countersign/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { readCursor, writeCursor } from '../../apps/directory/src/paging/page-cursor.js';
import { holds, holdsSame, type Target } from '../target.js';

const shape = z.tuple([z.string(), z.string()]);

/** Where a list goes on, as callers hand it back. */
export const pageCursor: Target = {
  name: 'page-cursor',
  about: 'the cursor of a list',
  seeds: [writeCursor(['a', 'b']), 'WyJhIl0', 'bnVsbA', '', '!!'],
  dictionary: ['W', 'yJ', 'Il0', '=', '-', '_', '{', '\0', 'bnVsbA'],
  inputs: fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()).map((position) => writeCursor(position)),
  check: (input) => {
    const text = input.toString('utf8');
    try {
      const position = readCursor(shape, text);
      if (position !== undefined) holdsSame(readCursor(shape, writeCursor(position)), position, 'written anew');
    } catch (error) {
      holds(error instanceof Problem && error.code === 'request.malformed', `refused as malformed, found ${error}`);
    }
  },
};
