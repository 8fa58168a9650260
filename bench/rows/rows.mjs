import { row as p2 } from './p2.mjs';
import { row as p4 } from './p4.mjs';

/** All rows, in the order of the table. */
export const rows = [p2, p4];
