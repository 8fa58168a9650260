import { STATUS_CODES } from 'node:http';
import { responseHeaders, type SignedAnswer, signedFetch } from '@countersign/signing';
import { clockDifferenceMs } from '../../gateway/clock-difference.js';
import { fetchFailure } from '../../gateway/fetch-failure.js';
import type { Invocation } from '../../invocation.js';
import { type ExitCode, exitCodes } from '../../output/exit-code.js';
import { Failure } from '../../output/failure.js';
import { isForProgram } from '../../output/format.js';
import type { Terminal } from '../../output/terminal.js';
import { curlOf } from './curl.js';
import { explanationOf } from './explanation.js';
import { type OutgoingRequest, outgoingRequest, signingSteps } from './outgoing-request.js';
import { exitCodeOfAnswer, type SignatureState, signatureSentences, signatureStateOf } from './verdict.js';

/** Signs one request, sends it once, prints the answer and says whether its signature holds. */
export async function request(invocation: Invocation): Promise<ExitCode | undefined> {
  const { configuration, given, terminal } = invocation;
  const outgoing = outgoingRequest(invocation, configuration.url());
  const credential = configuration.credential();
  const steps = signingSteps(outgoing, credential);
  if (given.isSet('explain')) terminal.note(explanationOf(steps));
  if (given.isSet('curl') || given.isSet('dryRun')) {
    terminal.verbatim(curlOf(outgoing, steps));
    terminal.remark('not sent: the signature is good for one use within the allowed clock difference');
    return undefined;
  }
  const answer = await signedFetch(outgoing.url, {
    method: outgoing.method,
    ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
    headers: outgoing.headers,
    ...credential,
    timeoutMs: configuration.timeoutMs(),
    clock: { now: () => outgoing.date },
  }).catch((error: unknown) => {
    throw fetchFailure(outgoing.url, error);
  });
  return show(invocation, outgoing, answer);
}

function show(invocation: Invocation, outgoing: OutgoingRequest, answer: SignedAnswer): ExitCode {
  const { terminal } = invocation;
  const signature = signatureStateOf(answer);
  const body = jsonOf(answer.body);
  const exitCode = exitCodeOfAnswer(answer.status, signature, body);
  for (const [name, value] of answer.headers) terminal.detail(`${name}: ${value}`);
  const line = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim();
  terminal.note(`${line} · `, coloured(terminal, signature));
  if (exitCode === exitCodes.signatureBroken) return refuse(terminal, answer, signature);
  printBody(terminal, answer.body, body);
  if (exitCode !== exitCodes.done) report(invocation, outgoing, answer, exitCode);
  return exitCode;
}

/** An answer without a valid signature does not reach stdout, where a program would take it for the result. */
function refuse(terminal: Terminal, answer: SignedAnswer, signature: SignatureState): never {
  terminal.detail(answer.text());
  throw new Failure(`signature.${signature}`, signatureSentences[signature], {
    exitCode: exitCodes.signatureBroken,
    hint:
      signature === 'untimely'
        ? whyUntimely(answer)
        : 'something between here and the gateway changed the answer, or the key is another; --verbose shows the answer',
    requestId: requestIdOf(answer),
  });
}

function whyUntimely(answer: SignedAnswer): string {
  const date = answer.headers.get(responseHeaders.date);
  return `it is dated ${date}: an old answer was sent again, or the clocks differ; compare them with: countersign doctor`;
}

function printBody(terminal: Terminal, bytes: Buffer, body: unknown): void {
  if (bytes.length === 0) return;
  if (!terminal.showsResultOnTerminal) terminal.bytes(bytes);
  else terminal.line(body === undefined ? bytes.toString('utf8') : JSON.stringify(body, undefined, 2));
}

/** The status line says it to people; a program gets the error as JSON. Both get the hint. */
function report(invocation: Invocation, outgoing: OutgoingRequest, answer: SignedAnswer, exitCode: ExitCode): void {
  const { terminal } = invocation;
  const hint = answer.status === 401 ? whyRefused(invocation, outgoing, answer) : undefined;
  if (isForProgram(terminal.format)) {
    const message = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim();
    terminal.failure(new Failure(`http.${answer.status}`, message, { exitCode, hint, requestId: requestIdOf(answer) }));
  } else if (hint !== undefined) {
    terminal.note(`hint: ${hint}`);
  }
}

/** The two first causes of a refused signature. */
function whyRefused({ clock }: Invocation, outgoing: OutgoingRequest, answer: SignedAnswer): string | undefined {
  const difference = clockDifferenceMs(answer.headers.get('date'), outgoing.date, clock.now());
  if (difference !== undefined && Math.abs(difference) > 60_000) {
    return `the clock here and the gateway's differ by ${Math.round(difference / 1_000)} s; mend it, then sign again`;
  }
  if (answer.isTimely === false) return whyUntimely(answer);
  return answer.signatureHolds === false ? 'this key is not, or no longer, the key of the application' : undefined;
}

function coloured(terminal: Terminal, signature: SignatureState): string {
  const { green, red, yellow } = terminal.noteColours;
  const colour = { holds: green, broken: red, untimely: red, absent: yellow }[signature];
  return colour(signatureSentences[signature]);
}

function requestIdOf(answer: SignedAnswer): string | undefined {
  return answer.headers.get('x-request-id') ?? undefined;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
