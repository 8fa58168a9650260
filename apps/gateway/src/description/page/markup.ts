/** Text that is HTML already. Made by {@link html} only, so that nothing gets into a page unescaped. */
export class Markup {
  private constructor(private readonly text: string) {}

  static of(strings: readonly string[], values: readonly Piece[]): Markup {
    return new Markup(strings.map((string, index) => string + written(values[index])).join(''));
  }

  /** What an author of this repository wrote as HTML or CSS, never what came from elsewhere. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }

  toString(): string {
    return this.text;
  }
}

type Piece = string | number | Markup | readonly Markup[] | undefined;

/** A piece of a page: values between the braces are escaped unless they are pieces themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return Markup.of(strings, values);
}

function written(value: Piece): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(String).join('');
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});
