/** What may stand between two segments in place of a slash. */
const separators = [
  ...[
    '//',
    '///',
    '/./',
    '/././',
    '/x/../',
    '/../',
    '/%2e/',
    '/%2E%2e/',
    '/.%2e/',
    '/x/%2e%2e/',
    '/x/..%2f',
    '/%2e%2e%2f',
  ],
  ...[
    '%2f',
    '%2F',
    '%252f',
    '%25%32%66',
    '\\',
    '%5c',
    '%5C',
    '/\\',
    '\\/',
    '/;/',
    ';/',
    '/.;/',
    '/..;/x/',
    ';a=b/',
    '/;a=b/',
  ],
  ...['/%00/', '%00/', '/%20/', '/%09/', '/%0d%0a/', '/+/', '/%c0%af', '%c0%af', '%e0%80%af', '%f0%80%80%af', '%c1%9c'],
  ...[
    '%ef%bc%8f',
    '%e2%88%95',
    '%e2%81%84',
    '%u002f',
    '%%32%66',
    '/?/',
    '?/',
    '#/',
    '/%23/',
    '/%3f/',
    '/%3b/',
    '/:/',
    '/~/',
  ],
];

/** What may become of one segment. */
const spellingsOfSegment: readonly ((segment: string) => string)[] = [
  (segment) => segment.toUpperCase(),
  (segment) => `${segment[0]?.toUpperCase()}${segment.slice(1)}`,
  (segment) => `%${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`,
  (segment) => `%${segment.charCodeAt(0).toString(16).toUpperCase()}${segment.slice(1)}`,
  (segment) => [...segment].map((character) => `%${character.charCodeAt(0).toString(16)}`).join(''),
  (segment) => `%25${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`,
  (segment) => `%2525${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`,
  // letters in two and three bytes, which no UTF-8 has (RFC 3629 section 10)
  (segment) => `%c1%${(0x80 | (segment.charCodeAt(0) & 0x3f)).toString(16)}${segment.slice(1)}`,
  (segment) => `%e0%81%${(0x80 | (segment.charCodeAt(0) & 0x3f)).toString(16)}${segment.slice(1)}`,
  // full-width and mathematical letters, a zero width space, a soft hyphen: NFKC makes the same of them
  (segment) => `${encodeURIComponent(String.fromCodePoint(0xff41 + (segment.charCodeAt(0) - 97)))}${segment.slice(1)}`,
  (segment) => `${encodeURIComponent(String.fromCodePoint(0x1d41a + (segment.charCodeAt(0) - 97)))}${segment.slice(1)}`,
  (segment) => `${segment}%e2%80%8b`,
  (segment) => `${segment}%c2%ad`,
  (segment) => `${segment}.`,
  (segment) => `${segment}..`,
  (segment) => `${segment}%2e`,
  (segment) => `${segment}%20`,
  (segment) => `%20${segment}`,
  (segment) => `+${segment}`,
  (segment) => `${segment}%00`,
  (segment) => `${segment}%00.json`,
  (segment) => `${segment}%0a`,
  (segment) => `${segment}%7f`,
  (segment) => `${segment}%c2%85`,
  (segment) => `${segment};v=1`,
  (segment) => `${segment};`,
  (segment) => `${segment}%3bv=1`,
  (segment) => `${segment}.json`,
  (segment) => `${segment}~`,
  (segment) => `${segment}*`,
  (segment) => `${segment}%`,
  (segment) => `${segment}%2`,
  (segment) => `${segment}%zz`,
  (segment) => `${segment}:`,
  (segment) => `${segment}@x`,
  (segment) => `${segment}%23`,
  (segment) => `${segment}%3f`,
  (segment) => `${segment}\\`,
  (segment) => `.${segment}`,
  (segment) => `./${segment}`,
  (segment) => `x/../${segment}`,
];

/** What may become of the whole. */
const spellingsOfPath: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path}/.`,
  (path) => `${path}/..`,
  (path) => `${path}/%2e`,
  (path) => `${path}?`,
  (path) => `${path}?x=/../y`,
  (path) => `${path}?username=administrator`,
  (path) => `${path}/?username=administrator`,
  (path) => `${path}#x`,
  (path) => `${path}%3fusername=administrator`,
  (path) => `/${path}`,
  (path) => `/.${path}`,
  (path) => `/..${path}`,
  (path) => `/%2e${path}`,
  (path) => `\\${path}`,
  (path) => `http://gateway${path}`,
  (path) => `HTTP://gateway${path}`,
  (path) => `https://elsewhere:1${path}`,
  (path) => `http://a@b${path}`,
  (path) => `http://gateway/${path}`,
  (path) => `//gateway${path}`,
  (path) => `///${path}`,
  (path) => `ftp://gateway${path}`,
  (path) => `http:${path}`,
  (path) => `*${path}`,
  (path) => path.slice(1),
];

/** Hundreds of ways to write one path. */
export function spellingsOf(path: string): readonly string[] {
  const segments = path.slice(1).split('/');
  const bySeparator = segments.slice(1).flatMap((_, at) =>
    separators.map((separator) => {
      const [before, after] = [segments.slice(0, at + 1), segments.slice(at + 1)];
      return `/${before.join('/')}${separator}${after.join('/')}`;
    }),
  );
  const bySegment = segments.flatMap((segment, at) =>
    spellingsOfSegment.map((spell) => `/${segments.with(at, spell(segment)).join('/')}`),
  );
  return [...new Set([...bySeparator, ...bySegment, ...spellingsOfPath.map((spell) => spell(path))])];
}

/**
 * The segments of a target as a strict reader has them; undefined where two readers might differ, whatever the one before
 * the other does: what is decoded or cut on the way is no longer what was signed.
 */
export function strictlyRead(target: string): readonly string[] | undefined {
  const origin = target.replace(/^https?:\/\/[^/?#]+(?=\/)/i, '');
  const [path = ''] = origin.split('?', 1);
  if (!/^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+\/?$/.test(path)) return undefined;
  try {
    const segments = path.replace(/\/$/, '').slice(1).split('/').map(decodeURIComponent);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return segments.some((segment) => /^\.{1,2}$|[\u0000-\u001f\u007f-\u009f]/.test(segment)) ? undefined : segments;
  } catch {
    return undefined;
  }
}
