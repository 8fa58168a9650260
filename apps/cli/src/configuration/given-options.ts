/** What was typed for one command: its own flags and the global ones. Absent flags are `undefined`, `false` or empty. */
export class GivenOptions {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** A flag with a value, by its long name in camel case. */
  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A flag without a value. */
  isSet(name: string): boolean {
    return this.values[name] === true;
  }

  /** A flag that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** The same with one flag set. */
  with(name: string, value: string): GivenOptions {
    return new GivenOptions({ ...this.values, [name]: value });
  }
}
