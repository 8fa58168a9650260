import { registeredForm } from '@countersign/signing';
import { usageFault } from '../output/failure.js';
import { readSecretFile } from './secret-text.js';

export interface KeyFileContent {
  /** 64 hex digits. */
  readonly applicationKey: string;
  /** Only in the JSON form; registered form. */
  readonly applicationId?: string;
}

const keyShape = /^[0-9a-f]{64}$/i;

/**
 * Reads an application key out of text: the 64 hex digits alone, or JSON with `applicationKey` and perhaps
 * `applicationId`, as `application create --json` prints it and `demo.json` holds it.
 * @throws Failure for usage; it never quotes what it found
 */
export function parseKeyFile(text: string, place: string): KeyFileContent {
  const trimmed = text.trim();
  if (keyShape.test(trimmed)) return { applicationKey: trimmed.toLowerCase() };
  const { applicationKey, applicationId } = objectIn(trimmed);
  if (typeof applicationKey !== 'string' || !keyShape.test(applicationKey)) {
    throw usageFault(`${place} holds no application key`, 'expected 64 hex digits, or JSON with "applicationKey"');
  }
  const id = typeof applicationId === 'string' ? registeredForm(applicationId) : undefined;
  return { applicationKey: applicationKey.toLowerCase(), ...(id === undefined ? {} : { applicationId: id }) };
}

/** Reads the file, or stdin for `-`; `warn` is called when others than the owner may read the file. */
export function readKeyFile(path: string, warn: (text: string) => void): KeyFileContent {
  return parseKeyFile(readSecretFile(path, warn).toString('utf8'), path === '-' ? 'stdin' : path);
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
