export { defaultHashParameters, type HashParameters } from './hash-parameters.js';
export { judgePassword, type PasswordFault, type PasswordRules, passwordFaults } from './judge-password.js';
export { PasswordHasher, type PasswordHasherOptions } from './password-hasher.js';
