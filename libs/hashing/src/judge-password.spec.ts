import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgePassword, passwordFaults } from './judge-password.js';

const context = ['jdoe', 'demo', 'Jane.Roe@example.org'];
const judge = (password: string, minimumLength = 8) => judgePassword(password, { minimumLength, context });

describe('NIST SP 800-63B-4 section 3.1.1.2: a password is accepted', () => {
  it.each([
    ['of 8 characters', 'kT4,vbq9'],
    ['of one kind of characters', 'ivoryturnstile'],
    ['with spaces', 'four words and room'],
    ['beyond ASCII', 'žluťoučký kůň'],
    ['of 64 characters', Array.from({ length: 64 }, (_, at) => String.fromCharCode(33 + at)).join('')],
    ['of 1 024 characters', Array.from({ length: 1_024 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('')],
    ['that begins with a common one', 'password turnstile ivory'],
    ['that holds a name among enough else', 'jdoe likes ivory turnstiles'],
    ['that holds a part of a name by chance', 'demonstrably ivory'],
  ])('%s', async (_, password) => {
    expect(await judge(password)).toBeUndefined();
  });
});

describe('NIST SP 800-63B-4 section 3.1.1.2: a password is refused', () => {
  it.each([
    ['too_short', 'kT4,vbq'],
    ['too_short', ''],
    ['too_short', '😀😀😀😀😀😀😀'],
    ['too_short', 'u\u0308u\u0308u\u0308u\u0308'],
    ['too_long', `${'ab'.repeat(512)}c`],
    ['only_spaces', '         '],
    ['only_spaces', '\u00a0\u3000        '],
    ['unusable_characters', 'ivory\0turnstile'],
    ['unusable_characters', 'ivory\ud800turnstile'],
    ['common', 'password'],
    ['common', 'PassWord'],
    ['common', '  password  '],
    ['common', '12345678'],
    ['common', 'qwertyuiop'],
    ['common', 'passwordpassword'],
    ['common', 'aaaaaaaaaaaaaaaa'],
    ['common', 'xyzxyzxyzxyzxyz'],
    ['contains_context', 'jdoejdoe'],
    ['contains_context', 'JDOE1234'],
    ['contains_context', '12jdoe34'],
    ['contains_context', 'demo-jdoe-1'],
    ['contains_context', 'jane.roe@example.org'],
    ['contains_context', 'example!'],
  ])('as %s: %j', async (fault, password) => {
    expect(await judge(password)).toBe(fault);
  });

  it('by the minimum length of the realm', async () => {
    expect(await judge('ivoryturnstile', 15)).toBe('too_short');
    expect(await judge('ivoryturnstiles', 15)).toBeUndefined();
  });

  it('with a sentence for each fault', () => {
    for (const sentence of Object.values(passwordFaults)) expect(sentence).toMatch(/^the password [^.]+$/);
  });
});

describe('the judgement', () => {
  it('ignores names too short to tell anything', async () => {
    expect(await judgePassword('kT4,vbq9', { minimumLength: 8, context: ['', 'k', 'kt'] })).toBeUndefined();
  });

  it('ends for any text, without a fault of its own', async () => {
    const rules = fc.record({ minimumLength: fc.nat(20), context: fc.array(fc.string({ unit: 'binary' })) });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 1_500 }), rules, async (password, given) => {
        expect([undefined, ...Object.keys(passwordFaults)]).toContain(await judgePassword(password, given));
      }),
    );
  });
});
