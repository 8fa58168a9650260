import {
  applicationKey,
  parseAuthorization,
  parseSignedDate,
  type RequestToSign,
  requestRefusalMessages,
  verifyRequest,
  verifyResponse,
} from '@countersign/signing';
import { readBody } from '../../configuration/body-source.js';
import { demanded, type Invocation, word } from '../../invocation.js';
import { exitCodes } from '../../output/exit-code.js';
import { Failure, usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { usualMistake } from './usual-mistakes.js';

/** Checks the signature of an answer, or of a request when method and path are given. */
export async function verifySignature(invocation: Invocation): Promise<undefined> {
  const [method, path] = invocation.words;
  if (method === undefined) return verifyAnswer(invocation);
  if (path === undefined) throw usageFault('the path is missing', 'give METHOD and PATH, or neither for an answer');
  return verifyOutgoing(invocation);
}

function verifyAnswer(invocation: Invocation): undefined {
  const { applicationId, applicationKey: key } = invocation.configuration.credential();
  const body = readBody(invocation.given.text('data')) ?? Buffer.alloc(0);
  const holds = verifyResponse({
    date: demanded(invocation, 'date'),
    applicationId,
    body,
    key: applicationKey(key),
    signature: demanded(invocation, 'signature'),
  });
  if (!holds)
    throw broken(
      'the response signature does not hold',
      'the body must be the bytes received, never JSON written anew',
    );
  return say(invocation, 'the response signature holds');
}

function verifyOutgoing(invocation: Invocation): undefined {
  const { applicationId, applicationKey: key } = invocation.configuration.credential();
  const claimed = parseAuthorization(demanded(invocation, 'authorization'));
  if (claimed.refusal !== undefined) throw broken(requestRefusalMessages[claimed.refusal]);
  if (claimed.applicationId !== applicationId) {
    throw usageFault(`the header is of application ${claimed.applicationId}, the key of ${applicationId}`);
  }
  const date = demanded(invocation, 'date');
  if (parseSignedDate(date) === undefined) throw broken('the date is not ddd, dd MMM yyyy HH:mm:ss[.fff] GMT');
  const body = readBody(invocation.given.text('data'));
  const path = word(invocation, 1).split('?', 1)[0] ?? '';
  const request: RequestToSign = { method: word(invocation, 0).toUpperCase(), date, applicationId, path, body };
  const tolerances = { decodedPath: false, latin1Body: false };
  if (verifyRequest({ ...request, mac: claimed.mac, key: applicationKey(key), tolerances }) !== undefined) {
    return say(invocation, 'the request signature holds');
  }
  const mistake = claimed.mac === undefined ? undefined : usualMistake(request, claimed.mac, key);
  throw broken(
    mistake === undefined
      ? 'the request signature does not hold'
      : `the request signature does not hold: ${mistake.name}`,
    mistake?.mend ?? 'another key, another date header, or a body or path that was changed on the way',
  );
}

function broken(message: string, hint?: string): Failure {
  return new Failure('signature.broken', message, { exitCode: exitCodes.signatureBroken, hint });
}

function say({ terminal }: Invocation, sentence: string): undefined {
  if (terminal.format === 'table') terminal.line(sentence);
  else printOne(terminal, { holds: true }, { name: 'holds', facts: [] });
  return undefined;
}
