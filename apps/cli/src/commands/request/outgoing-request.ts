import { applicationKey, canonicalRequest, formatSignedDate, signRequest } from '@countersign/signing';
import { readBody } from '../../configuration/body-source.js';
import type { Credential } from '../../configuration/configuration.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';

/** A request as typed, with the place it goes to. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; what is explained and what is sent carry the same date. */
  readonly date: number;
}

/** Every value between the request and its header, in order (contract A.1 to A.3). */
export interface SigningSteps {
  readonly date: string;
  readonly dateHeader: string;
  readonly canonical: Buffer;
  readonly mac: string;
  readonly authorization: string;
}

/** The signature covers the path alone, so signing needs no gateway. */
const noGateway = new URL('http://localhost');

/** @throws Failure for usage when method, path or a header is not one */
export function outgoingRequest(invocation: Invocation, base = noGateway): OutgoingRequest {
  const method = word(invocation, 0).toUpperCase();
  if (!/^[A-Z]{3,10}$/.test(method)) throw usageFault(`${word(invocation, 0)} is not a method`);
  const url = urlOf(base, word(invocation, 1));
  const body = readBody(invocation.given.text('data'));
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) throw usageFault(`${method} carries no body`);
  return { method, url, body, headers: headersOf(invocation.given.list('header')), date: invocation.clock.now() };
}

/** What signing does with a request, step by step. */
export function signingSteps(request: OutgoingRequest, credential: Credential): SigningSteps {
  const { method, body, date } = request;
  const { applicationId } = credential;
  const path = request.url.pathname;
  const key = applicationKey(credential.applicationKey);
  const signed = signRequest({ method, path, body, applicationId, key, date });
  const text = formatSignedDate(date, 'millisecond');
  const pair = Buffer.from(signed.authorization.slice('Basic '.length), 'base64').toString('latin1');
  return {
    date: text,
    dateHeader: signed.dateHeader.name,
    canonical: canonicalRequest({ method, date: text, applicationId, path, body }),
    mac: pair.slice(pair.indexOf(':') + 1),
    authorization: signed.authorization,
  };
}

function urlOf(base: URL, path: string): URL {
  if (!path.startsWith('/') || path.startsWith('//')) {
    throw usageFault(`${path} is not a path`, 'a path begins with one slash and the realm: /demo/api/v1/users/jdoe');
  }
  return new URL(base.pathname.replace(/\/$/, '') + path, base);
}

function headersOf(given: readonly string[]): Record<string, string> {
  const entries = given.map((text): [string, string] => {
    const colon = text.indexOf(':');
    if (colon < 1) throw usageFault(`header ${text} is not name:value`);
    return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  });
  return Object.fromEntries(entries);
}
