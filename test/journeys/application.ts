import { systemClock } from '@countersign/clock';
import { applicationKey, responseHeaders, signRequest, verifyResponse } from '@countersign/signing';
import { describeApi } from '../../apps/gateway/src/description/document.js';
import { dialects } from '../../apps/gateway/src/dialects/dialects.js';
import { DescribedAnswers, UndescribedAnswer } from './described-answers.js';

export interface Credentials {
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly applicationKey: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: journeys read answers as a caller's JSON
  readonly json: any;
  readonly signatureHolds: boolean | undefined;
}

/** The bytes and headers of one signed request, so that a journey can send them twice, or spoil them. */
export interface PreparedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Preparation {
  readonly body?: unknown;
  /** Added to the clock of this machine, milliseconds. */
  readonly dateOffsetMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signedPath?: string;
}

const described = new DescribedAnswers(describeApi(dialects));

/** An application as a back-end developer writes it: signs, sends, checks the answer. */
export class Application {
  constructor(readonly credentials: Credentials) {}

  prepare(method: string, path: string, preparation: Preparation = {}): PreparedRequest {
    const { body: given, dateOffsetMs = 0, headers = {} } = preparation;
    const body = given === undefined ? undefined : typeof given === 'string' ? given : JSON.stringify(given);
    const signed = signRequest({
      method,
      path: (preparation.signedPath ?? path).split('?', 1)[0] ?? '',
      body,
      applicationId: this.credentials.applicationId,
      key: applicationKey(this.credentials.applicationKey),
      date: systemClock.now() + dateOffsetMs,
    });
    return {
      method,
      path,
      body,
      headers: {
        authorization: signed.authorization,
        [signed.dateHeader.name]: signed.dateHeader.value,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    };
  }

  /**
   * Sends prepared bytes, to another gateway if `baseUrl` is given.
   * @throws UndescribedAnswer if the answer is not one that the description of the API promises
   */
  async send(request: PreparedRequest, baseUrl = this.credentials.baseUrl): Promise<Answer> {
    const response = await fetch(`${baseUrl}${request.path}`, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: AbortSignal.timeout(30_000),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const { method, path: target } = request;
    const faults = described.faultsOf({ method, target, status: response.status, headers: response.headers, text });
    if (faults.length > 0) throw new UndescribedAnswer(faults.join('; '));
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text.startsWith('{') ? JSON.parse(text) : undefined,
      signatureHolds: this.verify(response.headers, bytes),
    };
  }

  ask(method: string, path: string, body?: unknown, baseUrl?: string): Promise<Answer> {
    return this.send(this.prepare(method, path, { body }), baseUrl);
  }

  private verify(headers: Headers, body: Buffer): boolean | undefined {
    const date = headers.get(responseHeaders.date);
    const signature = headers.get(responseHeaders.signature);
    if (date === null || signature === null) return undefined;
    const { applicationId } = this.credentials;
    return verifyResponse({
      date,
      applicationId,
      body,
      key: applicationKey(this.credentials.applicationKey),
      signature,
    });
  }
}
