import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
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

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-settings-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  function fileOf(name: string, text: string | Buffer): string {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  it.each(['postgres://u:p@h/d', 'postgres://u:p@h/d\n', 'postgres://u:p@h/d\r\n', '\ufeffpostgres://u:p@h/d\r\n'])(
    'is read whole, without a byte order mark and a line end: %j',
    (text) => {
      const values = settings.parse({ SECRET_URL_FILE: fileOf('whole', text) });
      expect(values.SECRET_URL.reveal()).toBe('postgres://u:p@h/d');
    },
  );

  it('is refused beside the variable, when it is not there, and when it is empty', () => {
    const file = fileOf('beside', 'postgres://other');
    const both = { SECRET_URL: 'postgres://u:p@h/d', SECRET_URL_FILE: file };
    expect(() => settings.parse(both)).toThrow('SECRET_URL and SECRET_URL_FILE are both set: expected one of them');
    const absent = join(folder, 'absent');
    expect(() => settings.parse({ SECRET_URL_FILE: absent })).toThrow(
      `SECRET_URL_FILE: ${absent} cannot be read (ENOENT)`,
    );
    expect(() => settings.parse({ SECRET_URL_FILE: fileOf('empty', '\n') })).toThrow('is empty');
    const wide = fileOf('wide', Buffer.from('\ufeffpostgres://u:p@h/d', 'utf16le'));
    expect(() => settings.parse({ SECRET_URL_FILE: wide })).toThrow(`SECRET_URL_FILE: ${wide} is not UTF-8`);
  });

  it('is checked like any other, and not repeated', () => {
    const parse = () => settings.parse({ SECRET_URL_FILE: fileOf('short', 'hunter2') });
    expect(parse).toThrow(/SECRET_URL: is too short/);
    expect(parse).not.toThrow(/hunter2/);
  });

  it('is for secrets only, and not where a setting of that name means something else', () => {
    expect(settings.parse({ SECRET_URL: 'postgres://u:p@h/d', NOTE_FILE: join(folder, 'absent') }).NOTE).toBe(
      undefined,
    );
    const ring = defineSettings('ring', {
      RING: { schema: z.string(), optional: true, secret: true, description: 'text' },
      RING_FILE: { schema: z.string(), optional: true, description: 'file that is read again when it changes' },
    });
    const values = ring.parse({ RING_FILE: '/some/file' });
    expect([values.RING, values.RING_FILE]).toEqual([undefined, '/some/file']);
  });
});
