import { createHmac } from 'node:crypto';
import { applicationKey, canonicalRequest, type RequestToSign } from '@countersign/signing';

interface Mistake {
  readonly name: string;
  readonly mend: string;
  readonly request: RequestToSign;
}

/**
 * What a client got wrong whose signature does not hold: the mistakes that are seen most, each tried out.
 * @param mac the 32 bytes that the client sent
 * @returns undefined when none of them explains it: then it is the key, the date or another body
 */
export function usualMistake(
  request: RequestToSign,
  mac: Buffer,
  keyHex: string,
): { readonly name: string; readonly mend: string } | undefined {
  if (macUnder(Buffer.from(keyHex), canonicalRequest(request)).equals(mac)) {
    return { name: 'the 64 hex digits were used as the key', mend: 'decode them to 32 bytes first' };
  }
  const key = Buffer.from(keyHex, 'hex');
  if (macUnder(key, Buffer.concat([canonicalRequest(request), Buffer.from('\n')])).equals(mac)) {
    return { name: 'a line feed was signed behind the last part', mend: 'sign without it (printf, not echo)' };
  }
  return mistakesOf(request).find((mistake) => applicationKeyHolds(mistake.request, mac, keyHex));
}

function mistakesOf(request: RequestToSign): readonly Mistake[] {
  const { path, body } = request;
  const text = body?.toString('utf8');
  const bodies: readonly (readonly [string, string, Buffer | undefined])[] = [
    ['the body was left out', 'sign the bytes of the body, as sent', undefined],
    [
      'the body was signed without its last line feed',
      'send what was signed',
      body && Buffer.from(text?.trimEnd() ?? ''),
    ],
    [
      'the body was signed with a line feed more',
      'send what was signed',
      body && Buffer.concat([body, Buffer.from('\n')]),
    ],
    ['the body was signed as compact JSON', 'sign the bytes that are sent, not the object', compact(text)],
  ];
  return [
    {
      name: 'the decoded path was signed',
      mend: 'sign the path as it is sent, percent-encoding kept',
      request: { ...request, path: decoded(path) },
    },
    {
      name: 'the path was signed without the realm',
      mend: 'sign the whole path',
      request: { ...request, path: path.replace(/^\/[^/]+/, '') },
    },
    {
      name: 'the method was signed in lower case',
      mend: 'sign it in capitals',
      request: { ...request, method: request.method.toLowerCase() },
    },
    ...bodies.map(([name, mend, other]) => ({ name, mend, request: { ...request, body: other } })),
  ];
}

function applicationKeyHolds(request: RequestToSign, mac: Buffer, keyHex: string): boolean {
  return applicationKey(keyHex).mac(canonicalRequest(request).toString('utf8')) === mac.toString('base64');
}

function macUnder(key: Buffer, message: Buffer): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function compact(text: string | undefined): Buffer | undefined {
  try {
    return text === undefined ? undefined : Buffer.from(JSON.stringify(JSON.parse(text)));
  } catch {
    return undefined;
  }
}
