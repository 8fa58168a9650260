import { systemRandomness } from '@countersign/clock';

/** The cost of one password hash, by argon2id. */
export interface HashParameters {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane; some 20 ms of one core. */
export const defaultHashParameters: HashParameters = Object.freeze({
  memoryKib: 19_456,
  iterations: 2,
  parallelism: 1,
});

/**
 * Checks parameters against what argon2 can do (RFC 9106 section 3.1).
 *
 * @throws RangeError with the name, what was found and what was expected
 */
export function checkedParameters(parameters: HashParameters): HashParameters {
  const { memoryKib, iterations, parallelism } = parameters;
  expectWithin('parallelism', parallelism, 1, 255);
  expectWithin('memoryKib', memoryKib, 8 * parallelism, 4 * 1024 * 1024);
  expectWithin('iterations', iterations, 1, 1_000);
  return Object.freeze({ memoryKib, iterations, parallelism });
}

/** Whether a stored hash is what would be made today: function, version, parameters and sizes. */
export function isMadeWith(phc: string, { memoryKib, iterations, parallelism }: HashParameters): boolean {
  const found = PHC.exec(phc)?.groups;
  return (
    Number(found?.memory) === memoryKib && Number(found?.passes) === iterations && Number(found?.lanes) === parallelism
  );
}

/**
 * A PHC string that no password fits and that costs as much to check as a real one: salt and digest are both random.
 * Kept for as long as the hasher lives, so that the refusals of one user who does not exist do not differ.
 */
export function decoyHash({ memoryKib, iterations, parallelism }: HashParameters): string {
  const [salt, digest] = [SALT_BYTES, DIGEST_BYTES].map((length) => unpadded(systemRandomness.bytes(length)));
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${salt}$${digest}`;
}

const SALT_BYTES = 16;
const DIGEST_BYTES = 32;
/** 16 and 32 bytes in Base64 without padding are 22 and 43 characters. */
const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>[0-9]{1,10}),t=(?<passes>[0-9]{1,10}),p=(?<lanes>[0-9]{1,3})\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function expectWithin(name: string, found: number, least: number, most: number): void {
  if (Number.isInteger(found) && found >= least && found <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, found ${found}`);
}
