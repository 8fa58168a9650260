/**
 * A value that cannot be printed by accident: JSON, templates, string conversion and `util.inspect` show `[secret]`.
 * It protects logs and error messages, not memory.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is used, not where it is handed on. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PLACEHOLDER;
  }
}

const PLACEHOLDER = '[secret]';
