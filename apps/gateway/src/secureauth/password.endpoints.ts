import { changePassword, resetPassword } from '@countersign/contracts';
import { changeProblems, resetProblems, successes } from './contract.js';
import { declareEndpoint } from './endpoint.js';
import { anObject, asWritten, said } from './json-schema.js';

const accountStates = 'bad account states are told in v1; in v2 and v3 the call goes by the password alone';

const { password } = resetPassword.request.shape;
const { currentPassword, newPassword } = changePassword.request.shape;

/** secureauth C.4. */
export const passwordEndpoints = Object.freeze({
  reset: declareEndpoint({
    name: 'passwords.reset',
    clause: 'C.4',
    summary: 'an administrator gives a user a new password',
    notes: [accountStates],
    methods: ['POST'],
    path: '/users/{userId}/resetpwd',
    twin: { methods: ['POST'], path: '/users/resetpwd' },
    permission: 'administrator-reset',
    operation: resetPassword,
    body: {
      isRequired: true,
      schema: anObject({ password: asWritten(password) }, ['password']),
      example: { password: 'a fresh start, please' },
    },
    replies: [{ summary: 'reset', schema: said(successes.passwordReset), example: successes.passwordReset }],
    problems: resetProblems,
  }),

  change: declareEndpoint({
    name: 'passwords.change',
    clause: 'C.4',
    summary: 'a user who knows the current password chooses a new one',
    notes: [accountStates],
    methods: ['POST'],
    path: '/users/{userId}/changepwd',
    twin: { methods: ['POST'], path: '/users/changepwd' },
    permission: 'self-service-change',
    operation: changePassword,
    body: {
      isRequired: true,
      schema: anObject({ currentPassword: asWritten(currentPassword), newPassword: asWritten(newPassword) }, [
        'currentPassword',
        'newPassword',
      ]),
      example: { currentPassword: 'correct horse battery', newPassword: 'a fresh start, please' },
    },
    replies: [{ summary: 'changed', schema: said(successes.passwordChanged), example: successes.passwordChanged }],
    problems: changeProblems,
  }),
});
