import type { DescribedDialect } from '../description/described-dialect.js';
import { secureauth } from './secureauth/dialect.js';

/** The dialects that the gateway speaks. Adding one is its folder and its line here. */
export const dialects: readonly DescribedDialect[] = Object.freeze([secureauth]);
