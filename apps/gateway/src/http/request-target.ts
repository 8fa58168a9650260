import type { IncomingMessage } from 'node:http';

/** The path of a request line, and what it means. */
export interface RequestTarget {
  /** As on the request line, percent-encoding kept, without query. A signature covers this text. */
  readonly path: string;
  /** `?` and what follows, or empty; never signed. */
  readonly query: string;
  /** The first segment, undecoded: a realm or a reserved name, neither of which needs encoding. */
  readonly realm: string;
  /** Each segment decoded once; undefined if proxies and servers may read the path in different ways. */
  readonly segments: readonly string[] | undefined;
}

/**
 * Reads a request target (RFC 9112 section 3.2, origin and absolute form). The bytes that were signed are the bytes
 * that are routed, or the path is malformed (Authelia CVE-2021-32637, Nest CVE-2026-2293). Malformed is:
 *
 * - an empty segment other than the last, `.` or `..`, encoded or not: proxies and clients resolve these
 * - a control character, encoded or not; percent-encoding that is broken or not UTF-8; characters that RFC 3986
 *   section 3.3 does not allow in a path
 * - another form of target (`*`, authority)
 *
 * An encoded slash is a character of its segment, and so is `;`: names hold both (docs/adr/0028). A proxy that decodes the
 * one or cuts at the other passes on other bytes than those that were signed.
 */
export function readRequestTarget(url: string): RequestTarget {
  const origin = originForm(url);
  const queryAt = origin.indexOf('?');
  const path = queryAt === -1 ? origin : origin.slice(0, queryAt);
  const secondSlash = path.indexOf('/', 1);
  return {
    path,
    query: queryAt === -1 ? '' : origin.slice(queryAt),
    realm: path.charCodeAt(0) === SLASH ? path.slice(1, secondSlash === -1 ? undefined : secondSlash) : '',
    segments: segmentsOf(path),
  };
}

/** The target of a request, read once. */
export function targetOf(request: Targeted): RequestTarget {
  request[target] ??= readRequestTarget(request.url ?? '');
  return request[target];
}

/** Where a malformed path is routed to: nowhere. */
export const malformedUrl = '/-/malformed';

/**
 * The same target with every segment encoded the one way, so that the router cannot read it otherwise than we do.
 * @param routed the segments as the routes spell them, where they are not those of the target
 */
export function routedUrl({ path, query, segments }: RequestTarget, routed?: readonly string[]): string {
  if (segments === undefined) return malformedUrl;
  if (routed === undefined && !path.includes('%')) return path + query;
  return `/${(routed ?? segments).map(encodeURIComponent).join('/')}${query}`;
}

/** Answered to any caller, without a credential: see the controllers in `health/` and `description/`. */
export const openPaths: ReadonlySet<string> = new Set([
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs',
]);

/** Compared as written, so that no spelling of another path can pass for an open one. */
export function isOpenPath(path: string): boolean {
  return openPaths.has(path) || (path.endsWith('/') && path !== '//' && openPaths.has(path.slice(0, -1)));
}

const target = Symbol('target');
type Targeted = IncomingMessage & { [target]?: RequestTarget };

const SLASH = 47;
const PLAIN_PATH = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@]+)+\/?$/;
const PATH = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+\/?$/;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]+/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN_IN_SEGMENT = /[\u0000-\u001f\u007f-\u009f]/;

function originForm(url: string): string {
  if (url.charCodeAt(0) === SLASH) return url;
  const authority = ABSOLUTE_FORM.exec(url)?.[0];
  return authority === undefined ? url : url.slice(authority.length);
}

function segmentsOf(path: string): readonly string[] | undefined {
  if (path === '/') return [];
  return PLAIN_PATH.test(path) && !DOT_SEGMENT.test(path) ? plainSegments(path) : decodedSegments(path);
}

function plainSegments(path: string): readonly string[] {
  return path.slice(1, path.endsWith('/') ? -1 : undefined).split('/');
}

function decodedSegments(path: string): readonly string[] | undefined {
  if (!PATH.test(path)) return undefined;
  try {
    const segments = plainSegments(path).map(decodeURIComponent);
    return segments.some((segment) => segment === '.' || segment === '..' || FORBIDDEN_IN_SEGMENT.test(segment))
      ? undefined
      : segments;
  } catch {
    return undefined;
  }
}
