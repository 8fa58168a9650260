import { row as p2 } from './p2.mjs';

/** All rows, in the order of the table. */
export const rows = [p2];
