/**
 * What a hash of another system may cost. The import chose the cost, not the request that has a password checked; one
 * costly hash must then neither hold a thread long nor take the memory of the service. The measure: a check
 * takes less than about one second of one core (sha512crypt at its most 1.0 to 1.3 s, by the length of the password) and
 * 128 MiB of memory. Every default of the systems in docs/guides/import-users.md and every line of the OWASP Password
 * Storage Cheat Sheet is below that. A password in an unusual normalisation is tried twice only where that stays within it
 * too (see PasswordHasher.verify).
 *
 * Bounds may be widened, never narrowed: stored hashes were let in by these. The times are of one core of a server of
 * the 2020s; hash-cost.ts expects the same.
 */
export const foreignHashBounds = Object.freeze({
  /**
   * 128 MiB, 16 lanes; memory times passes up to 1 GiB is 0.5 s. Argon2's second recommended option is 64 MiB x 3,
   * Django 100 MiB x 2, libsodium's interactive 64 MiB x 2. Its `moderate` (256 MiB) is refused.
   */
  argon2: { memoryKib: 128 * 1024, memoryTimesPasses: 1024 * 1024, lanes: 16 },
  /** Cost 13 is 0.4 s, and each more doubles it; libraries make 10 to 12. Below 4 is no bcrypt. */
  bcrypt: { leastCost: 4, mostCost: 13 },
  /** 128 r N up to 128 MiB; N r p up to 2^21 is 0.8 s. OWASP asks for 2^20 (N 2^17, r 8, p 1), passlib makes 2^19. */
  scrypt: { memoryBytes: 128 * 1024 * 1024, work: 2 ** 21, blockSize: 32, parallelism: 16 },
  /** Firebase's keys have 64 bytes. */
  signerKeyBytes: { least: 16, most: 128 },
  /**
   * Rounds of the one block that is checked: some 0.4 to 0.5 s each. Django 6 makes 1,200,000 of sha256, Keycloak 1,300,000
   * of sha1, OWASP asks for 210,000 of sha512.
   */
  pbkdf2: { sha1: 2_000_000, sha256: 2_000_000, sha512: 1_000_000 },
  /**
   * passlib makes 656,000, which is 1.0 s, glibc 5,000. The password is hashed in every round, so rounds times its bytes
   * is bounded as well, when it is checked (worker/crypt-text.mjs).
   */
  shaCrypt: { leastRounds: 1_000, mostRounds: 656_000 },
  /** Logarithm of the rounds: 18 is 0.4 s. WordPress made 13, phpBB 11, Drupal 15 and 16. The password as for shaCrypt. */
  phpass: { leastCost: 7, mostCost: 18 },
  /** passlib allows 1 KiB, no known system makes more than 64 bytes. */
  saltBytes: 128,
  /** Salts and constant texts around a password that is hashed once. */
  bytesAround: 512,
  /** Devise's are 128 characters. */
  pepperBytes: 512,
  /** A digest of a few bytes would fit every so-many-th password. 389 Directory Server keeps 256 bytes of PBKDF2. */
  digestBytes: { least: 16, most: 64, mostOfPbkdf2: 256 },
});
