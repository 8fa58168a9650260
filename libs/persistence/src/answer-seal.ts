import { Problem } from '@countersign/contracts';
import { type KeyRing, keyIdOf, open, seal } from '@countersign/sealing';

/**
 * Seals the answers that `UnitOfWork.once` keeps for a day: they may hold a key that is shown once, or a person's
 * profile, and the hash of a request that held a password. `row` names the row, in hex.
 */
export interface AnswerSeal {
  seal(row: string, plaintext: string): Buffer;
  /** @throws Problem `key_ring.key_unknown` */
  open(row: string, sealed: Buffer): string;
}

/** Answers in clear: for stores of which neither replies nor requests hold anything worth a seal. */
export const answersInClear: AnswerSeal = Object.freeze({
  seal: (_row: string, plaintext: string) => Buffer.from(plaintext),
  open: (_row: string, sealed: Buffer) => sealed.toString(),
});

/** Where the key ring is had from (`openKeyRing` of settings). */
export interface AnswerKeys {
  current(): KeyRing;
  knowing(keyId: string): KeyRing | undefined;
}

/** Seals answers with the service's key ring, each bound to its row (guarantee G5). */
export function answersSealedWith(keys: AnswerKeys): AnswerSeal {
  const place = (row: string) => ({ table: 'handled_request', row, column: 'sealed_answer' });
  return {
    seal: (row, plaintext) => seal(keys.current(), place(row), plaintext),
    open(row, sealed) {
      const ring = keys.knowing(keyIdOf(sealed));
      if (ring === undefined) throw new Problem('key_ring.key_unknown', `key ${keyIdOf(sealed)}`);
      return open(ring, place(row), sealed).toString();
    },
  };
}
