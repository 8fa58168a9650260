import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A text that is served as it is, with all that does not depend on the request. */
export interface KeptDocument {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Weak (RFC 9110 section 8.8.3), since the packed bytes are the same document. */
  readonly etag: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

export function keepDocument(
  text: string,
  contentType: string,
  headers: Readonly<Record<string, string>>,
): KeptDocument {
  const plain = Buffer.from(text);
  return {
    contentType,
    headers,
    etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    packed: gzipSync(plain, { level: 9 }),
  };
}

/** Whether `If-None-Match` names the document (RFC 9110 section 13.1.2). */
export function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  const known = ifNoneMatch?.split(',').map((one) => one.trim()) ?? [];
  return known.includes(etag) || known.includes('*');
}

/** Whether `Accept-Encoding` names gzip and does not refuse it (RFC 9110 section 12.5.3). */
export function takesGzip(acceptEncoding: string | readonly string[] | undefined): boolean {
  return /(?:^|[,\s])gzip(?!\s*;\s*q=0(?:\.0{1,3})?\s*(?:,|$))/i.test(String(acceptEncoding ?? ''));
}
