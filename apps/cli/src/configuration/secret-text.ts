import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { usageFault } from '../output/failure.js';

/**
 * The text of a secret from a file, or from stdin for `-`, without the line end that editors and `echo` put behind it.
 * @param warn is called when others than the owner may read the file
 * @throws Failure for usage, which never quotes what it found
 */
export function readSecretText(path: string, flag: string, warn: (text: string) => void): string {
  if (path !== '-') {
    const { mode } = statSync(path);
    const others = mode & 0o077;
    if (others !== 0) warn(`others may open ${path}: its mode is ${(mode & 0o777).toString(8)}, expected 600`);
  }
  const bytes = readFileSync(path === '-' ? 0 : path);
  const place = path === '-' ? 'stdin' : path;
  if (!isUtf8(bytes)) throw usageFault(`${flag}: ${place} is not UTF-8`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw usageFault(`${flag}: ${place} is empty`);
  if (/[\r\n]/.test(secret)) throw usageFault(`${flag}: ${place} has several lines, expected one`);
  return secret;
}
