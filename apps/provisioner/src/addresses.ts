import { z } from 'zod';

/** Servers without credentials: those are made for each user apart. */
export const natsServers = z.string().refine((list) => {
  const servers = list.split(',').map((one) => one.trim());
  return servers.every((one) => /^(nats|tls):\/\/[^/@\s]+$/.test(one) && URL.canParse(one));
}, 'is not a list of nats://host:4222, without credentials');

/** A database without credentials; options of the connection, such as `?sslmode=verify-full`, stay. */
export const databaseServer = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\/[^/@\s]+\/[^/@\s]+$/.test(text) && URL.canParse(text),
    'is not postgres://host:5432/database, without credentials',
  );

/** `host:port`, an IPv6 address in brackets. */
export const listenAddress = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/, 'is not host:port')
  .transform((text) => {
    const at = text.lastIndexOf(':');
    return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) };
  });

/** The list with a user at each server; a password that we made needs no encoding, and one that does gets it. */
export function natsUrlAs(servers: string, user: string, password: string): string {
  return servers
    .split(',')
    .map((server) => withUser(server.trim(), user, password))
    .join(',');
}

/** One address with a user. */
export function withUser(address: string, user: string, password: string): string {
  return address.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
}

const protocols = ['nats:', 'tls:', 'postgres:', 'postgresql:'];

/**
 * The same addresses without who uses them: what may be shown and compared. Of a text that is no address nothing is
 * shown, since it may be a password that was put in the wrong place.
 */
export function withoutCredentials(list: string): string {
  return list
    .split(',')
    .map((one) => withoutUser(one.trim()))
    .join(',');
}

function withoutUser(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !protocols.includes(url.protocol) || url.host === '') return 'what is no address';
  return `${url.protocol}//${url.host}${url.pathname}${url.search}`;
}

/** Who uses an address, and with what. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The credentials of an address, or of the first of a list of them; none where it has none. */
export function credentialsOf(list: string): Credentials | undefined {
  const [first = ''] = list.split(',');
  if (!URL.canParse(first)) return undefined;
  const { username, password } = new URL(first);
  if (username === '' || password === '') return undefined;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}
