import { row as i1 } from './i1.mjs';
import { row as p1 } from './p1.mjs';
import { row as p2 } from './p2.mjs';
import { row as p3 } from './p3.mjs';
import { row as p4 } from './p4.mjs';
import { row as p9 } from './p9.mjs';
import { row as p12 } from './p12.mjs';
import { row as p13 } from './p13.mjs';
import { row as r1 } from './r1.mjs';
import { row as w1 } from './w1.mjs';

/** All rows, in the order of the table. */
export const rows = [p1, p2, p3, p4, p9, p12, p13, w1, r1, i1];
