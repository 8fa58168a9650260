import { createSecretKey, type KeyObject } from 'node:crypto';
import { nameGivenTwice } from './name-given-twice.js';

/** The keys that values are sealed with. Its material cannot be read from outside of this library nor printed. */
export interface KeyRing {
  /** Seals new values. */
  readonly currentKeyId: string;
  /** All ids, the current one first. */
  readonly keyIds: readonly string[];
  /** Whether values sealed under this id can be opened. */
  has(keyId: string): boolean;
}

/** A key ring text that cannot be used. The message tells what is wrong with it and never quotes a key. */
export class KeyRingFault extends Error {
  override readonly name = 'KeyRingFault';
}

/** What a key ring text holds, checked. */
export interface KeyRingText {
  readonly current: string;
  /** Key id -> 32 bytes in Base64. */
  readonly keys: Readonly<Record<string, string>>;
}

/** 256 bits: AES-256, and the full strength of HMAC-SHA256. */
export const KEY_BYTES = 32;

/** Ids stand in sealed values, errors and logs; so they hold nothing that could be taken for anything else. */
export const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/**
 * Reads a key ring: `{"current":"k1","keys":{"k1":"<Base64 of 32 bytes>"}}`.
 *
 * @throws KeyRingFault telling what is wrong, without a word of the text but key ids
 */
export function parseKeyRing(json: string): KeyRing {
  const { current, keys } = readKeyRing(json);
  const others = Object.keys(keys).filter((keyId) => keyId !== current);
  const material = new Map<string, KeyObject>();
  for (const [keyId, key] of Object.entries(keys)) material.set(keyId, createSecretKey(Buffer.from(key, 'base64')));
  const ring: KeyRing = Object.freeze({
    currentKeyId: current,
    keyIds: Object.freeze([current, ...others]),
    has: (keyId: string) => material.has(keyId),
  });
  materials.set(ring, material);
  return ring;
}

/** The key of that id, for this library only; undefined if the ring lacks it. */
export function keyOf(ring: KeyRing, keyId: string): KeyObject | undefined {
  return materials.get(ring)?.get(keyId);
}

/**
 * Checks a key ring text and answers what it holds.
 *
 * @throws KeyRingFault
 */
export function readKeyRing(json: string): KeyRingText {
  const ring = parsed(json);
  if (!isRecord(ring) || !isRecord(ring.keys)) throw new KeyRingFault(`key ring must hold "current" and "keys"`);
  const keys: [string, string][] = [];
  for (const [keyId, key] of Object.entries(ring.keys)) keys.push([checkedId(keyId), checkedKey(keyId, key)]);
  const { current } = ring;
  if (typeof current !== 'string' || !keys.some(([keyId]) => keyId === current)) {
    throw new KeyRingFault('"current" of the key ring must be the id of one of its keys');
  }
  if (new Set(keys.map(([, key]) => key)).size < keys.length)
    throw new KeyRingFault('two ids of the key ring share a key');
  assertNamedOnce(json);
  return { current, keys: Object.fromEntries(keys) };
}

const materials = new WeakMap<KeyRing, ReadonlyMap<string, KeyObject>>();

/** The parser's own error quotes what it stumbled over, which may be a key. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    throw new KeyRingFault(`key ring is not JSON, found ${json.length} characters`);
  }
}

/** The parser takes the last of two values. The next rotation would write the ring without the other key. */
function assertNamedOnce(json: string): void {
  const twice = nameGivenTwice(json);
  if (twice === undefined) return;
  const [member, keyId] = twice;
  const isKeyId = member === 'keys' && typeof keyId === 'string' && KEY_ID.test(keyId);
  const isMember = twice.length === 1 && (member === 'current' || member === 'keys');
  throw new KeyRingFault(
    isKeyId ? `key ring holds key ${keyId} twice` : `key ring holds ${isMember ? `"${member}"` : 'a name'} twice`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An id that breaks the rule is not quoted: the operator may have put the key in its place. */
function checkedId(keyId: string): string {
  if (KEY_ID.test(keyId)) return keyId;
  throw new KeyRingFault(
    'key id must be 1 to 32 letters, digits, hyphens and underscores, and begin with one of the first two',
  );
}

function checkedKey(keyId: string, key: unknown): string {
  const bytes = Buffer.from(typeof key === 'string' ? key : '', 'base64');
  if (bytes.length !== KEY_BYTES)
    throw new KeyRingFault(`key ${keyId} must be Base64 of 32 bytes, found ${bytes.length}`);
  if (bytes.toString('base64') !== key) throw new KeyRingFault(`key ${keyId} must be standard Base64 with padding`);
  return key;
}
