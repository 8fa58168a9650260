/** What of a request is signed. */
export interface RequestToSign {
  /** The verb as sent, upper-case. */
  readonly method: string;
  /** The date header's value, verbatim. */
  readonly date: string;
  /** Registered form: 32 lower-case hexadecimal characters. */
  readonly applicationId: string;
  /** The path as on the request line: with the realm, percent-encoding kept, without the query. */
  readonly path: string;
  /** The bytes as received, unparsed; absent or empty means no body. */
  readonly body?: Buffer | undefined;
}

/**
 * The bytes that both sides sign (contract A.1), parted by single line feeds:
 *
 * 1. method
 * 2. date
 * 3. application id
 * 4. path
 * 5. body, if it has a byte; else there is no line feed after the path either
 *
 * No two requests share these bytes as long as the first four parts hold no line feed and are well-formed text: the
 * parts can then be cut off again one by one, and what is left is the body. An HTTP parser lets neither through.
 *
 * @throws RangeError if one of the first four parts holds a line feed
 */
export function canonicalRequest(request: RequestToSign): Buffer {
  const head = canonicalHead(request);
  if (head === undefined) throw new RangeError('a line feed inside of method, date, application id or path');
  return request.body === undefined ? Buffer.from(head) : Buffer.concat([Buffer.from(head), request.body]);
}

/** All but the body, up to and with the line feed before it; undefined if the parts could not be told apart again. */
export function canonicalHead({ method, date, applicationId, path, body }: RequestToSign): string | undefined {
  const head = `${method}\n${date}\n${applicationId}\n${path}`;
  if (countsLineFeeds(head) !== 3) return undefined;
  return body === undefined || body.length === 0 ? head : `${head}\n`;
}

function countsLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
