export const CRYPT_ALPHABET: string;
