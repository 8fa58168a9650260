export { type ForeignHashFormat, foreignHashFormats } from './foreign/foreign-hash.js';
export { foreignHashBounds } from './foreign/foreign-hash-bounds.js';
export { type ForeignHash, readForeignHash } from './foreign/read-foreign-hash.js';
export { defaultHashParameters, type HashParameters } from './hash-parameters.js';
export { judgePassword, type PasswordFault, type PasswordRules, passwordFaults } from './judge-password.js';
export { PasswordHasher, type PasswordHasherOptions } from './password-hasher.js';
