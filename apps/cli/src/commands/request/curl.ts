import type { OutgoingRequest, SigningSteps } from './outgoing-request.js';

/**
 * The same request for curl. It can be sent once and within the skew: a second time it would be a replay. Without
 * `--path-as-is` curl would tidy the path up, and the signature would be of another one.
 */
export function curlOf(request: OutgoingRequest, steps: SigningSteps): string {
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    ...request.headers,
    [steps.dateHeader]: steps.date,
    Authorization: steps.authorization,
  };
  const parts = [
    `curl --include --path-as-is --request ${request.method} ${quoted(request.url.href)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(request.body === undefined ? [] : [`--data-binary ${quoted(request.body.toString('utf8'))}`]),
  ];
  return parts.join(' \\\n  ');
}

/** For a POSIX shell: nothing is special within single quotes but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
