import { base64Bytes, hexBytes } from './base64-bytes.js';
import { type DigestName, firstRefusal, type HashReader, outside, type ReadHash, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

const DIGEST_BYTES: Readonly<Record<DigestName, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const SCHEMES: Readonly<Record<string, { readonly hash: DigestName; readonly isSalted: boolean }>> = {
  MD5: { hash: 'md5', isSalted: false },
  SHA: { hash: 'sha1', isSalted: false },
  SHA256: { hash: 'sha256', isSalted: false },
  SHA384: { hash: 'sha384', isSalted: false },
  SHA512: { hash: 'sha512', isSalted: false },
  SMD5: { hash: 'md5', isSalted: true },
  SSHA: { hash: 'sha1', isSalted: true },
  SSHA256: { hash: 'sha256', isSalted: true },
  SSHA384: { hash: 'sha384', isSalted: true },
  SSHA512: { hash: 'sha512', isSalted: true },
};
/** Dovecot's names for the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = { 'LDAP-MD5': 'MD5', 'PLAIN-MD5': 'MD5', SHA1: 'SHA' };

const SCHEME = /^\{(?<name>(?:ldap-|plain-)?s?md5|s?sha[^}.]{0,8})(?<ending>\.hex|\.b64)?\}/i;

/** Digests of LDAP servers: Base64 of digest and salt, digest over password and salt; RFC 2307's scheme names. */
export const readDigest: HashReader = (text) => {
  const found = SCHEME.exec(text);
  if (found === null) return readTemplate(text) ?? readDjango(text);
  const written = found.groups?.name?.toUpperCase() ?? '';
  const name = OTHER_NAMES[written] ?? written;
  const scheme = SCHEMES[name];
  if (scheme === undefined)
    return refused(
      'a digest must be {SSHA}, {SSHA256}, {SSHA384}, {SSHA512}, {SMD5}, {SHA}, {SHA256}, {SHA384}, {SHA512} or {MD5}',
    );
  const isHex = found.groups?.ending?.toLowerCase() === '.hex' || written === 'PLAIN-MD5';
  const bytes = (isHex ? hexBytes : base64Bytes)(text.slice(found[0].length));
  if (bytes === undefined) return refused(`{${name}} must be ${isHex ? 'hex' : 'base64'} after its scheme`);
  const length = DIGEST_BYTES[scheme.hash];
  if (bytes.length < length || (!scheme.isSalted && bytes.length > length))
    return refused(
      `{${name}} must have ${length} bytes of digest${scheme.isSalted ? ' before its salt' : ''}, found ${bytes.length}`,
    );
  const salt = bytes.subarray(length);
  const refusal = outside(`{${name}} salt bytes`, salt.length, scheme.isSalted ? 1 : 0, foreignHashBounds.saltBytes);
  const canonical = `{${name}}${bytes.toString('base64')}`;
  return refusal ?? digest(canonical, scheme.hash, Buffer.alloc(0), salt, bytes.subarray(0, length));
};

const TEMPLATE =
  /^\$(?<hash>md5|sha1|sha256|sha384|sha512)\$(?:pf=(?<template>[^$]*)\$(?<salt>[^$]*)\$)?(?<digest>[^$]+)$/;
const PASSWORD_PLACE = '{PASSWORD}';

/** Ory's text for any order of salt and password: a template in Base64 says what is hashed, such as `{SALT}{PASSWORD}`. */
const readTemplate: HashReader = (text) => {
  if (!/^\$(?:md5|sha1|sha256|sha384|sha512)\$/.test(text)) return undefined;
  const found = TEMPLATE.exec(text)?.groups;
  const [template, salt, bytes] = [found?.template ?? 'e1BBU1NXT1JEfQ==', found?.salt ?? '', found?.digest ?? '*'].map(
    base64Bytes,
  );
  if (template === undefined || salt === undefined || bytes === undefined)
    return refused(
      'a digest must be $sha256$pf=template$salt$digest, each in base64; the template of {SALT}{PASSWORD} says the order',
    );
  const pieces = template.toString('latin1').split(PASSWORD_PLACE);
  if (pieces.length !== 2) return refused(`the template of a digest must hold ${PASSWORD_PLACE} once`);
  return ofTemplate(found?.hash as DigestName, template, salt, bytes, pieces);
};

function ofTemplate(
  hash: DigestName,
  template: Buffer,
  salt: Buffer,
  bytes: Buffer,
  pieces: readonly string[],
): ReadHash {
  const [before = Buffer.alloc(0), behind = before] = pieces.map((piece) =>
    // a function: in a text `$$` and its like would mean something
    Buffer.from(
      piece.replaceAll('{SALT}', () => salt.toString('latin1')),
      'latin1',
    ),
  );
  const length = DIGEST_BYTES[hash];
  const refusal = firstRefusal([
    outside('digest salt bytes', salt.length, 0, foreignHashBounds.saltBytes),
    outside('bytes around the password', before.length + behind.length, 0, foreignHashBounds.bytesAround),
    outside(`${hash} digest bytes`, bytes.length, length, length),
  ]);
  const texts = [template, salt, bytes].map((part) => part.toString('base64'));
  return refusal ?? digest(`$${hash}$pf=${texts.join('$')}`, hash, before, behind, bytes);
}

const DJANGO = /^(?<hash>md5|sha1)\$(?<salt>[^$]*)\$(?<digest>[0-9a-f]+)$/i;

/** Django's oldest: the salt, which is text, before the password; the digest in hex. */
const readDjango: HashReader = (text) => {
  const found = DJANGO.exec(text)?.groups;
  const bytes = hexBytes(found?.digest ?? '*');
  if (found === undefined || bytes === undefined) return undefined;
  const template = Buffer.from(`{SALT}${PASSWORD_PLACE}`);
  const hash = found.hash?.toLowerCase() as DigestName;
  return ofTemplate(hash, template, Buffer.from(found.salt ?? ''), bytes, ['{SALT}', '']);
};

function digest(text: string, hash: DigestName, before: Buffer, behind: Buffer, bytes: Buffer): ReadHash {
  return { ok: true, format: 'digest', text, check: { kind: 'digest', hash, before, behind, digest: bytes } };
}

const HMAC = /^\$hmac-(?<hash>md5|sha1|sha224|sha256|sha384|sha512)\$(?<digest>[^$]+)\$(?<key>[^$]+)$/;

/** HMAC under a key that is a secret of the other system (RFC 2104): Ory's text, with the digest in hex within Base64. */
export const readHmac: HashReader = (text) => {
  if (!text.startsWith('$hmac-')) return undefined;
  const found = HMAC.exec(text)?.groups;
  const [written, key] = [base64Bytes(found?.digest ?? '*'), base64Bytes(found?.key ?? '*')];
  if (found === undefined || written === undefined || key === undefined)
    return refused('hmac must be $hmac-sha256$digest$key in base64, of md5, sha1, sha224, sha256, sha384 or sha512');
  const hash = found.hash as DigestName;
  const length = DIGEST_BYTES[hash];
  const bytes = written.length === 2 * length ? hexBytes(written.toString('latin1')) : written;
  const refusal = firstRefusal([
    outside('hmac key bytes', key.length, 1, foreignHashBounds.saltBytes),
    outside(`hmac-${hash} digest bytes`, bytes?.length ?? 0, length, length),
  ]);
  if (refusal !== undefined || bytes === undefined) return refusal ?? refused('hmac digest must be hex within base64');
  const texts = [Buffer.from(bytes.toString('hex')), key].map((part) => part.toString('base64'));
  return {
    ok: true,
    format: 'hmac',
    text: `$hmac-${hash}$${texts.join('$')}`,
    check: { kind: 'hmac', hash, key, digest: bytes },
  };
};
