/** The formats that are read, by their common names. */
export const foreignHashFormats = Object.freeze([
  'argon2id',
  'argon2i',
  'argon2d',
  'bcrypt',
  'bcrypt-sha256',
  'bcrypt-pepper',
  'bcrypt-wordpress',
  'scrypt',
  'scrypt-firebase',
  'pbkdf2',
  'digest',
  'hmac',
  'phpass',
  'phpass-sha512',
  'sha512crypt',
  'sha256crypt',
  'md5crypt',
  'apr1',
] as const);

export type ForeignHashFormat = (typeof foreignHashFormats)[number];

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** What some systems put in place of the password before they hash it slowly. */
export type Preparation =
  | { readonly kind: 'pepper'; readonly pepper: string }
  | {
      /** A digest, or an HMAC where there is a key, as text. */
      readonly kind: 'digest';
      readonly hash: DigestName;
      readonly key?: string;
      readonly encoding: 'hex' | 'base64';
      /** Whether blanks around the password are left out, as PHP's trim does. */
      readonly isTrimmed?: boolean;
    };

/** What a thread is asked to do: a read hash, so that no thread parses text of its own. */
export type ForeignHashCheck =
  | { readonly kind: 'argon2'; readonly text: string }
  | { readonly kind: 'bcrypt'; readonly text: string; readonly over?: Preparation }
  | {
      readonly kind: 'scrypt';
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelism: number;
      readonly salt: Uint8Array;
      readonly digest: Uint8Array;
      /** Where it is given, the digest is this key, encrypted under what scrypt makes. */
      readonly signerKey?: Uint8Array;
    }
  | {
      readonly kind: 'pbkdf2';
      readonly hash: Pbkdf2Digest;
      readonly rounds: number;
      readonly salt: Uint8Array;
      /** Of one block of the function at most. */
      readonly digest: Uint8Array;
    }
  | {
      readonly kind: 'digest';
      readonly hash: DigestName;
      /** What is hashed before and behind the password. */
      readonly before: Uint8Array;
      readonly behind: Uint8Array;
      readonly digest: Uint8Array;
    }
  | { readonly kind: 'hmac'; readonly hash: DigestName; readonly key: Uint8Array; readonly digest: Uint8Array }
  | {
      readonly kind: 'phpass';
      readonly hash: 'md5' | 'sha512';
      readonly rounds: number;
      readonly salt: string;
      readonly digest: string;
      /** Whether the password was hashed by MD5 before. */
      readonly isOverMd5: boolean;
    }
  | { readonly kind: 'md5-crypt'; readonly magic: '$1$' | '$apr1$'; readonly salt: string; readonly digest: string }
  | {
      readonly kind: 'sha-crypt';
      readonly hash: 'sha256' | 'sha512';
      readonly rounds: number;
      readonly salt: string;
      readonly digest: string;
    };

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

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
