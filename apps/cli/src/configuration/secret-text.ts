import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readPrivateFile } from '@countersign/files';
import { usageFault } from '../output/failure.js';

/**
 * The text of a secret from a file, or from stdin for `-`, without the line end that editors and `echo` put behind it.
 * @param warn is called when others than the owner may read the file
 * @throws Failure for usage, which never quotes what it found
 */
export function readSecretText(path: string, flag: string, warn: (text: string) => void): string {
  const bytes = readSecretFile(path, warn);
  const place = path === '-' ? 'stdin' : path;
  if (!isUtf8(bytes)) throw usageFault(`${flag}: ${place} is not UTF-8`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw usageFault(`${flag}: ${place} is empty`);
  if (/[\r\n]/.test(secret)) throw usageFault(`${flag}: ${place} has several lines, expected one`);
  return secret;
}

/** What a file with a secret holds, or stdin for `-`; `warn` is called when others than the owner may open the file. */
export function readSecretFile(path: string, warn: (text: string) => void): Buffer {
  if (path === '-') return readFileSync(0);
  const { content, exposure } = readPrivateFile(path);
  if (exposure !== undefined) warn(`others may open ${path}: ${exposure}`);
  return content;
}
