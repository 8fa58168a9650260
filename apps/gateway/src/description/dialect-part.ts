import { nameAmongAll } from '../exchange/dialect.js';
import type { DescribedDialect, SchemeDescription } from './described-dialect.js';
import type { Reference } from './openapi.js';

type ComponentKind = 'headers' | 'parameters' | 'responses' | 'schemas' | 'securitySchemes';

/** The part of the document that is one dialect's. */
export class DialectPart {
  constructor(
    readonly dialect: DescribedDialect,
    private readonly index: number,
  ) {}

  /** Of a component or an endpoint: all but the first dialect qualify theirs. */
  nameOf(name: string): string {
    return nameAmongAll(this.dialect, this.index, name);
  }

  /** The same for a tag, which people read. */
  tagOf(name: string): string {
    return this.index === 0 ? name : `${name} (${this.dialect.name})`;
  }

  refTo(kind: ComponentKind, name: string): Reference {
    return { $ref: `#/components/${kind}/${this.nameOf(name)}` };
  }

  /** Components under the names by which {@link refTo} finds them. */
  components<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [this.nameOf(name), value]));
  }
}

export type Commands = ReadonlyMap<string, NonNullable<SchemeDescription['command']>>;

/** What to type to try an endpoint, by the name of its security scheme. */
export function commandsOf(dialects: readonly DescribedDialect[]): Commands {
  return new Map(
    dialects.flatMap((dialect, index) => {
      const { name, command } = dialect.description.scheme;
      return command === undefined ? [] : [[new DialectPart(dialect, index).nameOf(name), command]];
    }),
  );
}
