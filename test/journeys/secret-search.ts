import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from './platform.js';

/** Looks for secrets as the thief of a dump, a disk or a log would: as they are, and as people encode them. */
export class SecretSearch {
  private readonly pattern: RegExp;
  private readonly names = new Map<string, string>();

  /** @param secrets by a name that may be printed; text is looked for as UTF-8 */
  constructor(secrets: Readonly<Record<string, string | Buffer>>) {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const form of formsOf(Buffer.from(secret))) this.names.set(form, name);
    }
    const forms = [...this.names.keys()].map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
    this.pattern = new RegExp(forms.join('|'), 'g');
  }

  /** Names of the secrets that the bytes hold. */
  in(bytes: Buffer): string[] {
    const found = bytes.toString('latin1').matchAll(this.pattern);
    return [...new Set([...found].map(([form]) => this.names.get(form) ?? ''))].sort();
  }

  inText(text: string): string[] {
    return this.in(Buffer.from(text));
  }

  /** All files below a folder, as `<file>: <name>`. */
  inFolder(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .flatMap((file) => this.in(readFileSync(file)).map((name) => `${file}: ${name}`));
  }

  /** All values of all tables that are not PostgreSQL's own, as `<table>: <name>`: what a dump would hold. */
  async inTables(platform: Platform): Promise<string[]> {
    const tables = await platform.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const found: string[] = [];
    for (const { name: table } of tables) {
      const rows = await platform.query<Record<string, unknown>>(`select * from ${table}`);
      const values = rows.flatMap((row) => Object.values(row).map(bytesOf));
      found.push(...this.in(Buffer.concat(values)).map((name) => `${table}: ${name}`));
    }
    return found;
  }
}

/** As it is, in hex of either case, and in base64 of either alphabet, wherever in a longer value it begins. */
function formsOf(secret: Buffer): string[] {
  const aligned = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), secret])
      .toString('base64')
      .replace(/=+$/, '');
    // the digits at either end depend on what stands beside the secret
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + secret.length) * 8) / 6);
    return text.slice(first, last);
  });
  const hex = secret.toString('hex');
  const url = aligned.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret.toString('latin1'), hex, hex.toUpperCase(), ...aligned, ...url];
}

function bytesOf(value: unknown): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return Buffer.concat([bytes, Buffer.from('\n')]);
}
