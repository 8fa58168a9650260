import { Problem } from '@countersign/contracts';
import { type KeyRing, keyIdOf, open, seal } from '@countersign/sealing';

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
  /** Whether what this key sealed can be opened. */
  knows(keyId: string): boolean;
  seal(row: string, plaintext: string): SealedAnswer;
  /** @throws Problem `key_ring.key_unknown` */
  open(row: string, sealed: Buffer): string;
}

/** Answers in clear: for stores of which neither replies nor requests hold anything worth a seal. */
export const answersInClear: AnswerSeal = Object.freeze({
  currentKeyId: null,
  knows: () => false,
  seal: (_row: string, plaintext: string) => ({ sealed: Buffer.from(plaintext), keyId: null }),
  open: (_row: string, sealed: Buffer) => sealed.toString(),
});

/** Where the key ring is had from (`openKeyRing` of settings). */
export interface AnswerKeys {
  current(): KeyRing;
  knowing(keyId: string): KeyRing | undefined;
}

/** Seals answers with the service's key ring, each bound to its row (guarantee G5). */
export function answersSealedWith(keys: AnswerKeys): AnswerSeal {
  const place = (row: string) => ({ table: 'idempotency_record', row, column: 'sealed_answer' });
  return {
    get currentKeyId() {
      return keys.current().currentKeyId;
    },
    knows: (keyId) => keys.knowing(keyId) !== undefined,
    seal(row, plaintext) {
      const ring = keys.current();
      return { sealed: seal(ring, place(row), plaintext), keyId: ring.currentKeyId };
    },
    open(row, sealed) {
      const ring = keys.knowing(keyIdOf(sealed));
      if (ring === undefined) throw new Problem('key_ring.key_unknown', `key ${keyIdOf(sealed)}`);
      return open(ring, place(row), sealed).toString();
    },
  };
}
