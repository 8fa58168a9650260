/** An answer as it is kept, and the id of the key that guards it: null where nothing does. */
export interface SealedAnswer {
  readonly sealed: Buffer;
  readonly keyId: string | null;
}

/**
 * Seals the answers that `UnitOfWork.once` keeps for a day: they may hold a key that is shown once, or a person's
 * profile, and the hash of a request that held a password. `row` names the row, in hex.
 */
export interface AnswerSeal {
  /** The key that answers are sealed with now. */
  readonly currentKeyId: string | null;
  seal(row: string, plaintext: string): SealedAnswer;
  /** @throws Problem `key_ring.key_unknown` */
  open(row: string, sealed: Buffer): string;
}

/** Answers in clear: for stores of which neither replies nor requests hold anything worth a seal. */
export const answersInClear: AnswerSeal = Object.freeze({
  currentKeyId: null,
  seal: (_row: string, plaintext: string) => ({ sealed: Buffer.from(plaintext), keyId: null }),
  open: (_row: string, sealed: Buffer) => sealed.toString(),
});
