/** What a gateway may answer with, whatever it is sent. A 500 is a fault of ours by definition. */
const expected: ReadonlySet<number> = new Set([100, 200, 400, 401, 403, 404, 405, 408, 409, 413, 415, 431, 501, 503]);
const open: readonly string[] = ['text/html', 'text/plain', 'application/openapi+json', 'application/json'];

/** Of what came, in a message. */
const mostTold = 300;

export interface Responses {
  /** Status codes, in order. */
  readonly statuses: readonly number[];
  /** Whether the last one has come whole. */
  readonly isWhole: boolean;
}

/**
 * Reads what came on a connection as HTTP responses (RFC 9112).
 * @throws Error for what is none, or none of ours
 */
export function readResponses(bytes: Buffer): Responses {
  const statuses: number[] = [];
  let left = bytes;
  while (left.length > 0) {
    const end = left.indexOf('\r\n\r\n');
    if (end === -1) return { statuses, isWhole: false };
    const head = left.subarray(0, end).toString('latin1');
    const status = statusOf(head);
    statuses.push(status);
    left = left.subarray(end + 4);
    if (status === 100) continue;
    const length = lengthOf(head);
    if (left.length < length) return { statuses, isWhole: false };
    // a response to HEAD has the length of what it leaves out
    if (length > 0 && !(left.subarray(0, 9).toString() === 'HTTP/1.1 ')) checkBody(head, left.subarray(0, length));
    left = left.subarray(left.subarray(0, 9).toString() === 'HTTP/1.1 ' ? 0 : length);
  }
  return { statuses, isWhole: true };
}

function statusOf(head: string): number {
  const [line = '', ...headers] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/.exec(line)?.[1]);
  if (!expected.has(status)) throw new Error(`answered with "${line}"`);
  const strange = headers.find((header) => !/^[A-Za-z0-9-]+: ?[\t\x20-\x7e]*$/.test(header));
  if (strange !== undefined) throw new Error(`answered with a header ${JSON.stringify(strange)}`);
  return status;
}

function lengthOf(head: string): number {
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length === undefined) throw new Error(`answered without a length: ${head}`);
  return Number(length);
}

function checkBody(head: string, body: Buffer): void {
  const type = /^content-type: ([^;\r]+)/im.exec(head)?.[1] ?? '';
  if (!open.includes(type)) throw new Error(`answered with a body of type ${type}`);
  if (type !== 'application/json') return;
  const parsed = JSON.parse(body.toString());
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`answered with ${body.subarray(0, mostTold)}`);
  if (typeof parsed.status !== 'string' && typeof parsed.openapi !== 'string') {
    throw new Error(`answered without a status: ${body.subarray(0, mostTold)}`);
  }
}
