import type { Dialect } from './dialect.js';

/** The dialects that a gateway speaks. */
export class DialectList<Kind extends Dialect = Dialect> {
  /** Takes every path that no other claims, and answers what cannot be read as HTTP at all. */
  readonly fallback: Kind;
  private readonly rooted: readonly Kind[];

  /** @throws Error unless exactly one of them is without a root */
  constructor(readonly all: readonly Kind[]) {
    const [fallback, ...more] = all.filter(({ root }) => root === undefined);
    if (fallback === undefined || more.length > 0) throw new Error('exactly one dialect must be without a root');
    this.fallback = fallback;
    this.rooted = all.filter((dialect) => dialect !== fallback);
  }

  of(path: string): Kind {
    for (const dialect of this.rooted) {
      if (path === dialect.root || path.startsWith(`${dialect.root}/`)) return dialect;
    }
    return this.fallback;
  }
}
