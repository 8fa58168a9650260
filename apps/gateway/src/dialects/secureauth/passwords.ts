import { changePassword, isWellFormedText, longestPasswordText, resetPassword } from '@countersign/contracts';
import { z } from 'zod';
import { asWritten, fixed } from '../../description/json-schema.js';
import { refusedAs } from '../../exchange/parse-body.js';
import { failed, successes } from './answer-texts.js';
import { declareEndpoint, type SecureauthCall } from './declare-endpoint.js';
import { userOf } from './named-user.js';

const accountStates = 'bad account states are told in v1; in v2 and v3 the call goes by the password alone';

/** A password that is missing is malformed; one that nothing can be the password of is refused. */
const password = z
  .string('is missing')
  .refine(isPossiblePassword, refusedAs('password.refused'))
  .meta(asWritten(resetPassword.request.shape.password));

export function isPossiblePassword(text: string): boolean {
  return text.length <= longestPasswordText && isWellFormedText(text);
}

/** v1 reports bad account states to password calls, v2 and v3 do not (secureauth C.4). */
function reportsAccountState({ params }: Pick<SecureauthCall, 'params'>): boolean {
  return params['version'] === 'v1';
}

/** secureauth C.4. The texts are the realm's; a special one that is empty gives way to the general one. */
const reset = declareEndpoint({
  name: 'passwords.reset',
  clause: 'C.4',
  summary: 'an administrator gives a user a new password',
  notes: [
    'a reset ends the state of an expired password; a locked user gets the password and stays locked',
    'for a disabled user the reset is refused in v1 and works in v2 and v3',
  ],
  methods: ['POST'],
  path: '/users/{userId}/resetpwd',
  byQuery: { methods: ['POST'], path: '/users/resetpwd' },
  permission: 'administrator-reset',
  operation: resetPassword,
  body: { isRequired: true, schema: z.object({ password }), example: { password: 'a fresh start, please' } },
  replies: [{ summary: 'reset', schema: fixed(successes.passwordReset), example: successes.passwordReset }],
  problems: {
    'password.refused': ({ passwordTexts: texts }) => failed(texts.policyRefused || texts.resetRefused),
    'password.choice_refused': ({ passwordTexts: texts }) => failed(texts.resetRefused),
  },

  async handle(call) {
    const { request } = userOf(call);
    await call.ask({ ...request, ...call.body(), reportAccountState: reportsAccountState(call) });
    return successes.passwordReset;
  },
});

const change = declareEndpoint({
  name: 'passwords.change',
  clause: 'C.4',
  summary: 'a user who knows the current password chooses a new one',
  notes: [accountStates],
  methods: ['POST'],
  path: '/users/{userId}/changepwd',
  byQuery: { methods: ['POST'], path: '/users/changepwd' },
  permission: 'self-service-change',
  operation: changePassword,
  body: {
    isRequired: true,
    schema: z.object({ currentPassword: password, newPassword: password }),
    example: { currentPassword: 'correct horse battery', newPassword: 'a fresh start, please' },
  },
  replies: [{ summary: 'changed', schema: fixed(successes.passwordChanged), example: successes.passwordChanged }],
  problems: {
    'password.mismatch': ({ passwordTexts: texts }) => failed(texts.currentPasswordWrong || texts.changeRefused),
    'password.refused': ({ passwordTexts: texts }) => failed(texts.policyRefused || texts.changeRefused),
  },

  async handle(call) {
    const { request } = userOf(call);
    await call.ask({ ...request, ...call.body(), reportAccountState: reportsAccountState(call) });
    return successes.passwordChanged;
  },
});

export const passwordEndpoints = Object.freeze({ reset, change });
