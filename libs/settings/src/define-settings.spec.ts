import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineSettings, flag, SettingsFault, wholeNumber } from './define-settings.js';

const settings = defineSettings('example', {
  PORT: { schema: wholeNumber(0, 65_535), default: '8080', description: 'port' },
  SECRET_URL: { schema: z.string().min(10, 'is too short'), secret: true, description: 'where and with what' },
  IS_ON: { schema: flag, default: 'no', description: 'switch' },
  NOTE: { schema: z.string(), optional: true, description: 'free text' },
});

describe('settings', () => {
  it('fill defaults, convert, and are frozen', () => {
    const values = settings.parse({ SECRET_URL: 'postgres://u:p@h/d', IS_ON: 'YES', PORT: '' });
    expect(values.PORT).toBe(8080);
    expect(values.IS_ON).toBe(true);
    expect(values.NOTE).toBeUndefined();
    expect(values.SECRET_URL.reveal()).toBe('postgres://u:p@h/d');
    expect(Object.isFrozen(values)).toBe(true);
  });

  it('name all faults at once and repeat no value', () => {
    const parse = () => settings.parse({ PORT: '99999', SECRET_URL: 'hunter2' });
    expect(parse).toThrow(SettingsFault);
    expect(parse).toThrow(/PORT: is not a whole number from 0 to 65535/);
    expect(parse).toThrow(/SECRET_URL: is too short/);
    expect(parse).not.toThrow(/hunter2/);
  });

  it('say what an absent setting is for', () => {
    expect(() => settings.parse({})).toThrow(/SECRET_URL is not set: where and with what/);
  });

  it('never print a secret', () => {
    const values = settings.parse({ SECRET_URL: 'postgres://u:p@h/d' });
    expect(JSON.stringify(values)).not.toContain('u:p');
    expect(inspect(values)).not.toContain('u:p');
    expect(`${values.SECRET_URL}`).not.toContain('u:p');
  });
});
