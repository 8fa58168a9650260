import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.js';

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it('is revealed on demand', () => {
    expect(secret.reveal()).toBe('hunter2');
    expect(new Secret({ a: 1 }).reveal()).toEqual({ a: 1 });
  });

  it.each([
    ['JSON', JSON.stringify({ secret, nested: [secret] })],
    ['a template', `${secret}`],
    ['concatenation', `x${String(secret)}`],
    ['inspect', inspect({ nested: { secret } }, { depth: 9, showHidden: true, getters: true })],
    ['format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error message', new Error(`failed with ${secret}`).message],
    ['its own keys', JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret)))],
    ['spreading', JSON.stringify({ ...secret })],
  ])('does not show in %s', (_, printed) => {
    expect(printed).not.toContain('hunter2');
  });
});
