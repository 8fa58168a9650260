import type { DescribedDialect, SchemeDescription } from './described-dialect.js';
import type { Reference } from './openapi.js';

type ComponentKind = 'headers' | 'parameters' | 'responses' | 'schemas' | 'securitySchemes';

/** The part of the document that is one dialect's. Components of all but the first carry the name of their dialect. */
export class DialectPart {
  private readonly prefix: string;

  constructor(
    readonly dialect: DescribedDialect,
    index: number,
  ) {
    this.prefix = index === 0 ? '' : `${dialect.name}.`;
  }

  componentName(name: string): string {
    return this.prefix + name;
  }

  refTo(kind: ComponentKind, name: string): Reference {
    return { $ref: `#/components/${kind}/${this.componentName(name)}` };
  }

  /** Components under the names by which {@link refTo} finds them. */
  components<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [this.componentName(name), value]));
  }
}

export type Commands = ReadonlyMap<string, NonNullable<SchemeDescription['command']>>;

/** What to type to try an endpoint, by the name of its security scheme. */
export function commandsOf(dialects: readonly DescribedDialect[]): Commands {
  return new Map(
    dialects.flatMap((dialect, index) => {
      const { name, command } = dialect.description.scheme;
      return command === undefined ? [] : [[new DialectPart(dialect, index).componentName(name), command]];
    }),
  );
}
