import { statSync } from 'node:fs';
import { readPrivateFile } from '@countersign/files';
import { type KeyRing, parseKeyRing } from '@countersign/sealing';

/** Where a key ring comes from: a file that may change under us, or text that cannot. */
export interface KeyRingPlace {
  readonly file?: string;
  readonly inline?: string;
}

/** Gives the key ring as it is now. */
export interface KeyRingSource {
  /** The ring; the file is read again when it was changed since. */
  current(): KeyRing;
  /** The ring that knows `keyId`, reading the file again if need be; `undefined` when no ring knows it. */
  knowing(keyId: string): KeyRing | undefined;
}

/**
 * Opens a key ring from a file or from text.
 * @throws Error when neither or both are given, the file cannot be read, or others than its owner may read it
 */
export function openKeyRing(place: KeyRingPlace): KeyRingSource {
  if ((place.file === undefined) === (place.inline === undefined)) {
    throw new Error('a key ring needs either a file or inline text');
  }
  if (place.file === undefined) {
    const ring = parseKeyRing(place.inline ?? '');
    return { current: () => ring, knowing: (keyId) => (ring.has(keyId) ? ring : undefined) };
  }
  return keyRingFromFile(place.file);
}

function keyRingFromFile(file: string): KeyRingSource {
  let stamp = '';
  let ring: KeyRing | undefined;
  function read(): KeyRing {
    const status = statSync(file);
    const seen = `${status.ino}:${status.mtimeMs}:${status.size}`;
    if (ring === undefined || seen !== stamp) {
      const { content, exposure } = readPrivateFile(file);
      if (exposure !== undefined) throw new Error(`key ring ${file} has ${exposure}`);
      ring = parseKeyRing(content.toString('utf8'));
      stamp = seen;
    }
    return ring;
  }
  read();
  return {
    current: read,
    knowing(keyId) {
      if (ring?.has(keyId)) return ring;
      const fresh = read();
      return fresh.has(keyId) ? fresh : undefined;
    },
  };
}
