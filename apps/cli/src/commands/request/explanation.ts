import { printable } from '../../output/printable.js';
import type { SigningSteps } from './outgoing-request.js';

/** The steps of a signature for people; line feeds of the canonical request are shown, since they count. */
export function explanationOf(steps: SigningSteps): string {
  const lines = steps.canonical
    .toString('utf8')
    .split('\n')
    .map((line, index, all) => `  ${printable(line)}${index < all.length - 1 ? '⏎' : ''}`);
  return [
    `canonical request, ${steps.canonical.length} bytes (⏎ is one line feed):`,
    ...lines,
    'HMAC-SHA256 of it under the 32 bytes of the key, in Base64:',
    `  ${steps.mac}`,
    'headers:',
    `  ${steps.dateHeader}: ${steps.date}`,
    `  Authorization: ${steps.authorization}`,
  ].join('\n');
}
