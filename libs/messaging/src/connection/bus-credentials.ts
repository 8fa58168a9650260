import { readFileSync } from 'node:fs';
import { credsAuthenticator, type NodeConnectionOptions, nkeyAuthenticator } from '@nats-io/transport-node';

/** Files that prove who we are to NATS, beside or instead of a user and password in the URL. */
export interface BusCredentialFiles {
  /** JWT and seed in one file, as `nsc` writes it. */
  readonly credsFile?: string | undefined;
  readonly nkeySeedFile?: string | undefined;
}

/** Files for TLS towards NATS; any of them turns TLS on, and a server without TLS is then refused. */
export interface BusTlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

interface ServerList {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
}

/**
 * Splits `nats://user:password@host:4222,...` into servers and the one user. The client library does not read users
 * from URLs, and a password left in a server name would show up in its errors.
 * @throws Error when the list is empty, holds something that is no URL, or names two users
 */
export function parseNatsUrl(list: string): ServerList {
  const urls = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseOne);
  const first = urls[0];
  if (first === undefined) throw new Error('the list of nats servers is empty');
  const named = urls.find((url) => url.username !== '') ?? first;
  if (urls.some((url) => url.username !== '' && (url.username !== named.username || url.password !== named.password)))
    throw new Error('the list of nats servers names more than one user');
  const servers = urls.map((url) => url.host);
  if (named.username === '') return { servers };
  return { servers, user: decodeURIComponent(named.username), pass: decodeURIComponent(named.password) };
}

function parseOne(text: string): URL {
  const withScheme = text.includes('://') ? text : `nats://${text}`;
  if (!URL.canParse(withScheme)) throw new Error('a nats server is not nats://[user:password@]host[:port]');
  const url = new URL(withScheme);
  if (!['nats:', 'tls:'].includes(url.protocol)) throw new Error(`nats scheme ${url.protocol} is not nats: or tls:`);
  if (url.hostname === '') throw new Error('a nats server has no host');
  return url;
}

/** The part of the library's options that says where to connect and as whom. Reads the files now. */
export function connectionCredentials(
  url: string,
  files: BusCredentialFiles = {},
  tls: BusTlsFiles = {},
): Partial<NodeConnectionOptions> {
  const wantsTls = [tls.caFile, tls.certFile, tls.keyFile].some((file) => file !== undefined);
  const demandsTls = wantsTls || /(^|,)\s*tls:/.test(url);
  return {
    ...parseNatsUrl(url),
    ...(files.credsFile !== undefined && { authenticator: credsAuthenticator(readFileSync(files.credsFile)) }),
    ...(files.nkeySeedFile !== undefined && {
      authenticator: nkeyAuthenticator(readSeed(files.nkeySeedFile)),
    }),
    ...(demandsTls && {
      tls: {
        ...(tls.caFile !== undefined && { caFile: tls.caFile }),
        ...(tls.certFile !== undefined && { certFile: tls.certFile }),
        ...(tls.keyFile !== undefined && { keyFile: tls.keyFile }),
      },
    }),
  };
}

function readSeed(file: string): Uint8Array {
  return new TextEncoder().encode(readFileSync(file, 'utf8').trim());
}
