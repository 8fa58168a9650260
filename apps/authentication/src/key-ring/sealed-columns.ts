/** A column whose values the key ring guards, and how its rows are told apart. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** SQL: the row as the binding of its values names it. */
  readonly row: string;
}

/** Every sealed column of this service, with `sealing_key_id` beside it. Kept answers are not among them: `SealedRecords`. */
export const sealedColumns: readonly SealedColumn[] = Object.freeze([
  {
    table: 'application_key',
    column: 'sealed_key',
    row: `replace(application_id::text, '-', '') || '.' || key_version`,
  },
  { table: 'credential', column: 'sealed_password_hash', row: 'id::text' },
]);
