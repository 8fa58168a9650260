import { existsSync, statSync } from 'node:fs';
import { readPrivateFile, withFile } from '@countersign/files';
import { type KeyRing, parseKeyRing } from '@countersign/sealing';

/** Where a key ring comes from: a file that may change under us, or text that cannot. */
export interface KeyRingPlace {
  readonly file?: string;
  readonly inline?: string;
  /** Name of the setting that holds the text; that of the file has `_FILE` behind it. */
  readonly setting: string;
}

/** Gives the key ring as it is now. */
export interface KeyRingSource {
  /** Where it comes from, for messages. */
  readonly place: string;
  /**
   * Why the file cannot be used now; `undefined` while it can. The last good ring stays in force meanwhile, so that a
   * mistake in the file of a running service stops nothing.
   */
  readonly fault: string | undefined;
  /** The ring; the file is read again when it was changed since. */
  current(): KeyRing;
  /** The ring that knows `keyId`, reading the file again if need be; `undefined` when no ring knows it. */
  knowing(keyId: string): KeyRing | undefined;
}

/**
 * Opens a key ring from a file or from text.
 *
 * @param tell is called with the fault when the file becomes unusable, and with `undefined` when it is good again
 * @throws Error when neither or both are given, the file cannot be read, or others than its owner may read it
 */
export function openKeyRing(place: KeyRingPlace, tell: (fault: string | undefined) => void = () => {}): KeyRingSource {
  if ((place.file === undefined) === (place.inline === undefined)) {
    throw new Error(`a key ring needs either ${place.setting}_FILE or ${place.setting}`);
  }
  return place.file === undefined ? ringFromText(place.setting, place.inline ?? '') : new KeyRingFile(place.file, tell);
}

/** Where a retirement that is under way, or was killed, keeps the ring as it was before. */
export function copyWhileRetiring(file: string): string {
  return `${file}.retiring`;
}

function ringFromText(place: string, text: string): KeyRingSource {
  const ring = parseKeyRing(text);
  const knowing = (keyId: string) => (ring.has(keyId) ? ring : undefined);
  return { place, fault: undefined, current: () => ring, knowing };
}

class KeyRingFile implements KeyRingSource {
  fault: string | undefined;
  private stamp: string;
  private ring: KeyRing;

  constructor(
    readonly place: string,
    private readonly tell: (fault: string | undefined) => void,
  ) {
    this.stamp = stampOf(place);
    this.ring = readRing(place);
  }

  current(): KeyRing {
    try {
      const stamp = stampOf(this.place);
      if (stamp !== this.stamp || this.fault !== undefined) {
        this.ring = readRing(this.place);
        this.stamp = stamp;
      }
      this.note(undefined);
    } catch (error) {
      this.note((error as Error).message);
    }
    return this.ring;
  }

  knowing(keyId: string): KeyRing | undefined {
    if (this.ring.has(keyId)) return this.ring;
    const fresh = this.current();
    if (fresh.has(keyId)) return fresh;
    return this.retiringRing()?.has(keyId) ? this.retiringRing() : undefined;
  }

  /** A key whose retirement was not confirmed may still guard a value. */
  private retiringRing(): KeyRing | undefined {
    const copy = copyWhileRetiring(this.place);
    try {
      return existsSync(copy) ? readRing(copy) : undefined;
    } catch (error) {
      this.note((error as Error).message);
      return undefined;
    }
  }

  private note(fault: string | undefined): void {
    if (fault === this.fault) return;
    this.fault = fault;
    this.tell(fault);
  }
}

function stampOf(file: string): string {
  const { ino, mtimeMs, ctimeMs, size } = withFile(file, 'read', () => statSync(file));
  return `${ino}:${mtimeMs}:${ctimeMs}:${size}`;
}

function readRing(file: string): KeyRing {
  const { content, exposure } = readPrivateFile(file);
  if (exposure !== undefined) throw new Error(`key ring ${file} has ${exposure}`);
  try {
    return parseKeyRing(content.toString('utf8'));
  } catch (error) {
    throw new Error(`key ring ${file} is damaged: ${(error as Error).message}`, { cause: error });
  }
}
