/** The formats that are read, by their common names. */
export const foreignHashFormats = Object.freeze([
  'argon2id',
  'argon2i',
  'argon2d',
  'bcrypt',
  'scrypt',
  'pbkdf2',
  'ssha',
  'sha512crypt',
  'sha256crypt',
] as const);

export type ForeignHashFormat = (typeof foreignHashFormats)[number];

export type DigestName = 'sha1' | 'sha256' | 'sha512';

/** What a thread is asked to do: a read hash, so that no thread parses text of its own. */
export type ForeignHashCheck =
  | { readonly kind: 'argon2' | 'bcrypt'; readonly text: string }
  | {
      readonly kind: 'scrypt';
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelism: number;
      readonly salt: Uint8Array;
      readonly digest: Uint8Array;
    }
  | {
      readonly kind: 'pbkdf2';
      readonly hash: DigestName;
      readonly rounds: number;
      readonly salt: Uint8Array;
      readonly digest: Uint8Array;
    }
  | { readonly kind: 'salted'; readonly hash: DigestName; readonly salt: Uint8Array; readonly digest: Uint8Array }
  | {
      readonly kind: 'sha-crypt';
      readonly hash: 'sha256' | 'sha512';
      readonly rounds: number;
      readonly salt: string;
      readonly digest: string;
    };

export type Refused = { readonly ok: false; readonly reason: string };

/** One format's answer: the canonical text and how to check it, or why not. */
export type ReadHash =
  | {
      readonly ok: true;
      readonly text: string;
      readonly format: ForeignHashFormat;
      readonly check: ForeignHashCheck;
    }
  | Refused;

/** Reads one format; undefined if the text is of another. */
export type HashReader = (text: string) => ReadHash | undefined;

export function refused(reason: string): Refused {
  return { ok: false, reason };
}

/** A number is named with its bound when it is outside of it; numbers of a hash's cost are no secret. */
export function outside(name: string, found: number, least: number, most: number): Refused | undefined {
  if (Number.isSafeInteger(found) && found >= least && found <= most) return undefined;
  return refused(`${name} must be ${least} to ${most}, found ${found}`);
}

/** The first refusal among them. */
export function firstRefusal(refusals: readonly (Refused | undefined)[]): Refused | undefined {
  return refusals.find((refusal) => refusal !== undefined);
}
