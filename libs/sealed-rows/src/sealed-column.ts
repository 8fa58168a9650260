import type { Binding } from '@countersign/sealing';

/** Types of primary keys whose rows a binding can name. */
export type KeyType = 'uuid' | 'integer' | 'bytea';
export type KeyValue = string | number;

/** A table of sealed values has one such column; `sealing_key_id` holds the id of the key that guards the row's value. */
export interface SealedColumnDeclaration {
  readonly table: string;
  readonly column: string;
  /** The primary key: its columns in their order, each with its type. */
  readonly key: Readonly<Record<string, KeyType>>;
  /** Rows live for a day: they are counted under old keys only, and the end of a rotation does not wait for them. */
  readonly isTransient?: boolean;
}

/** A column whose values the key ring guards. Every value is bound to its table, row and column (guarantee G5). */
export interface SealedColumn extends Required<SealedColumnDeclaration> {
  /** Where the value of a row belongs, by the row's primary key. */
  at(...key: readonly KeyValue[]): Binding;
}

/** Declares a sealed column; a service names all of its own in its plan. */
export function sealedColumn(declaration: SealedColumnDeclaration): SealedColumn {
  const { table, column, key } = declaration;
  const types = Object.values(key);
  return Object.freeze({
    isTransient: false,
    ...declaration,
    at(...values: readonly KeyValue[]): Binding {
      if (values.length !== types.length) throw new Error(`a row of ${table} has a key of ${types.length} values`);
      return { table, column, row: values.map((value, index) => spelled(`${value}`, types[index])).join('.') };
    },
  });
}

/** One spelling for each key, whether the program or the database wrote it. */
function spelled(value: string, type: KeyType | undefined): string {
  if (type === 'uuid') return value.replaceAll('-', '').toLowerCase();
  return type === 'bytea' ? value.replace(/^\\x/, '').toLowerCase() : value;
}
