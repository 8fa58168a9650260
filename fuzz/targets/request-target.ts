import fc from 'fast-check';
import { formSelectedBy, routedSegments } from '../../apps/gateway/src/dialects/secureauth/named-user.js';
import { isOpenPath, malformedUrl, readRequestTarget, routedUrl } from '../../apps/gateway/src/http/request-target.js';
import { holds, holdsSame, type Target } from '../target.js';

const piece = fc.constantFrom(
  ...['/', '//', 'demo', 'api', 'v1', 'users', 'jdoe', '.', '..', '%2e', '%2E%2e', '%2F', '%5c', '\\', ';a=b', '?x=1'],
  ...['%25', '%252e', '%00', '%C0%AF', '%E2%80%A8', '+', '%20', '#', '@', ':', 'http://h', '%', '%c3%ab', '*', '%3f'],
);

/** The target on a request line. */
export const requestTarget: Target = {
  name: 'request-target',
  about: 'the target of a request line: signed bytes are routed bytes, or it is malformed',
  seeds: ['/demo/api/v1/users/jdoe', 'http://h:1/demo/a?x=1', '/a/%2e%2e/b', '//a', '*', '/', '/demo/api/v1/users/'],
  dictionary: ['/', '//', '/./', '/../', '%2e', '%2f', '%5C', ';', '?', '#', '%00', '%C0%AF', '%25', 'http://', '%'],
  inputs: fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
  check: (input) => {
    const url = input.toString('latin1');
    const target = readRequestTarget(url);
    const { path, query, segments, realm } = target;
    holds(url.endsWith(path + query), 'path and query are the end of what came');
    holds(!path.includes('?'), 'a path has no query');
    formSelectedBy(target);
    if (isOpenPath(path)) {
      holdsSame(segments?.length, path === '/' ? 0 : 1, 'an open path is one segment at most, as it is written');
    }
    if (segments === undefined) {
      holds(routedUrl(target) === malformedUrl, 'what is malformed is routed nowhere');
      return;
    }
    for (const segment of segments) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      holds(!/^\.{0,2}$|[\u0000-\u001f\u007f-\u009f]/.test(segment), 'no segment that means another place');
    }
    holdsSame(path.slice(1).split('/')[0], realm, 'the realm is the first segment, as it is written');
    holdsSame(readRequestTarget(routedUrl(target)).segments, segments, 'it is routed as it was read');
    const routed = routedSegments(target) ?? segments;
    holdsSame(routed.map(lowerCase), segments.map(lowerCase), 'the dialect changes no more than the case of words');
    holdsSame(readRequestTarget(routedUrl(target, routed)).segments, routed, 'and it is routed as the dialect says');
    if (path !== '/') checkOthers(path, segments);
  },
};

const lowerCase = (segment: string) => segment.toLowerCase();

/** What browsers, proxies and other servers make of the path: none of them reads another resource. */
function checkOthers(path: string, segments: readonly string[]): void {
  const { pathname } = new URL(`http://host${path}`);
  const trimmed = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  holdsSame(trimmed.slice(1).split('/').map(decodeURIComponent), segments, 'the URL Standard reads the same');
  // A reader that decodes first takes a slash in a name for a separator; what it passes on is no longer signed.
  if (/%2f/i.test(path)) return;
  const whole = decodeURIComponent(path.endsWith('/') ? path.slice(0, -1) : path);
  holdsSame(whole.slice(1).split('/'), segments, 'who decodes before splitting reads the same');
}
