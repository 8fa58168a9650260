import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { charactersIn, passwordText } from './password-text.js';

describe('the text of a password', () => {
  it.each([
    ['composed and decomposed letters', 'Zu\u0308rich', 'Z\u00fcrich'],
    ['a space of another kind', 'a\u00a0b\u3000c', 'a b c'],
  ])('is the same for %s', (_, one, other) => {
    expect(passwordText(one)).toBe(other);
    expect(passwordText(other)).toBe(other);
  });

  it.each([
    ['case', 'Secret', 'secret'],
    ['compatibility forms', 'a²', 'a2'],
    ['full width', 'ａ', 'a'],
    ['outer spaces', ' a ', 'a'],
    ['two spaces', 'a  b', 'a b'],
  ])('is another for %s', (_, one, other) => {
    expect(passwordText(one)).not.toBe(passwordText(other));
  });

  it.each([
    ['U+0000', 'pass\0word'],
    ['a high surrogate alone', 'pass\ud83dword'],
    ['a low surrogate alone', 'pass\ude00word'],
    ['surrogates in the wrong order', '\ude00\ud83d'],
    ['1 025 characters', 'a'.repeat(1_025)],
    ['a million characters', 'a'.repeat(1_000_000)],
  ])('cannot have %s', (_, text) => {
    expect(passwordText(text)).toBeUndefined();
  });

  it('can have 1 024 characters, however many bytes they are', () => {
    expect(passwordText('😀'.repeat(1_024))).toHaveLength(2_048);
    expect(charactersIn('😀'.repeat(1_024))).toBe(1_024);
    expect(passwordText('😀'.repeat(1_025))).toBeUndefined();
  });

  it('is stable: taking it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (password) => {
        const text = passwordText(password);
        if (text !== undefined) expect(passwordText(text)).toBe(text);
      }),
    );
  });
});
