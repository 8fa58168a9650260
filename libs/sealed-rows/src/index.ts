/**
 * Secrets in rows (guarantee G5). A service declares its sealed columns ({@link sealedColumn}); values are sealed and
 * opened by {@link Sealer} with the key ring as it is now, each bound to its table, row and column: a value moved
 * elsewhere does not open, and one whose key the ring lacks is refused as `key_ring.key_unknown`.
 *
 * {@link CheckKeyRing} compares the ring with the values that are sealed, at the start of a service and in its readiness: a
 * ring that is missing, damaged or of another installation is never taken for a new one (guarantee G12).
 *
 * After the ring was rotated, {@link Reseal} brings all values under the current key in the background, and the
 * operation `key-ring.show` counts what each key still guards: an old key may leave the ring when that is nothing.
 * {@link SealedRowsModule} wires all of it; {@link sealedRowsMigrationSql} makes the table it needs.
 */
export { CheckKeyRing } from './check-key-ring.js';
export { answersSealedBy, idempotencyAnswers } from './idempotency-answers.js';
export { Reseal, type Resealing } from './reseal.js';
export { type KeyType, type SealedColumn, type SealedColumnDeclaration, sealedColumn } from './sealed-column.js';
export { SealedRowsModule, type SealedRowsOptions } from './sealed-rows.module.js';
export { sealedRowsMigrationSql } from './sealed-rows-sql.js';
export { type SealedValue, Sealer } from './sealer.js';
export { ShowKeyRing } from './show-key-ring.js';
