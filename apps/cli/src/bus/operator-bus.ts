import { userInfo } from 'node:os';
import { monotonicMs } from '@countersign/clock';
import type { Operation, ReplyOf, RequestInput, RequestOf } from '@countersign/contracts';
import { Bus, Messenger, newAskContext } from '@countersign/messaging';
import type { Invocation } from '../invocation.js';
import { exitCodes } from '../output/exit-code.js';
import { Failure, unreachable, usageFault } from '../output/failure.js';
import { checkedRequest } from './checked-request.js';

/** The bus as an operator has it: asks with the command's deadline, and the connection for service discovery. */
export interface OperatorBus {
  readonly connection: Bus['connection'];
  /** @throws Problem as the service refused it; Failure for usage when the request does not fit the operation */
  ask<O extends Operation>(operation: O, request: RequestInput<O>): Promise<ReplyOf<O>>;
  /** The same for a request that {@link checkedRequest} has parsed. */
  askChecked<O extends Operation>(operation: O, request: RequestOf<O>): Promise<ReplyOf<O>>;
  /**
   * Asks what may be asked again: under one key it is done once. The request is known to fit.
   * @param withinMs at most a minute
   * @throws Problem
   */
  askUnder<O extends Operation>(
    idempotencyKey: string,
    operation: O,
    request: RequestInput<O>,
    withinMs: number,
  ): Promise<ReplyOf<O>>;
  /**
   * The same for a request of many records that were checked one by one when they were read. Parsing and writing them
   * again would cost as much as all the rest.
   * @param request JSON text
   */
  askTextUnder<O extends Operation>(
    idempotencyKey: string,
    operation: O,
    realm: string,
    request: string,
    withinMs: number,
  ): Promise<ReplyOf<O>>;
}

/** The longest that one ask may take of the command's time. */
const longestAskMs = 10_000;

/** Connects, does the work and closes, also when the work fails. All of it ends by the command's deadline. */
export async function withBus<T>(
  invocation: Invocation,
  work: (bus: OperatorBus) => Promise<T>,
  suitingMs?: number,
): Promise<T> {
  return withBusUntil(monotonicMs() + invocation.configuration.timeoutMs(suitingMs), invocation, work);
}

/** The same for work that may take hours: only each ask has a deadline, and `--timeout` is not applied here. */
export async function withLastingBus<T>(invocation: Invocation, work: (bus: OperatorBus) => Promise<T>): Promise<T> {
  return withBusUntil(Number.POSITIVE_INFINITY, invocation, work);
}

async function withBusUntil<T>(
  endsAt: number,
  invocation: Invocation,
  work: (bus: OperatorBus) => Promise<T>,
): Promise<T> {
  const bus = await connect(invocation, Math.min(endsAt - monotonicMs(), 3_000));
  const messenger = new Messenger(bus);
  const actor = { kind: 'operator', id: operatorName() } as const;
  const contextFor = (withinMs: number, idempotencyKey?: string) =>
    newAskContext({ actor, idempotencyKey, deadlineAt: Math.min(endsAt, monotonicMs() + withinMs) });
  try {
    return await work({
      connection: bus.connection,
      ask: async (operation, request) =>
        messenger.askParsed(operation, checkedRequest(operation, request), contextFor(longestAskMs)),
      askChecked: (operation, request) => messenger.askParsed(operation, request, contextFor(longestAskMs)),
      askUnder: (idempotencyKey, operation, request, withinMs) =>
        messenger.ask(operation, request, contextFor(withinMs, idempotencyKey)),
      askTextUnder: (idempotencyKey, operation, realm, body, withinMs) =>
        messenger.askText(operation, realm, body, contextFor(withinMs, idempotencyKey)),
    });
  } finally {
    await bus.close(1_000);
  }
}

/** Asks one operation; a request that cannot fit is refused before anything is connected. */
export async function askOnce<O extends Operation>(
  invocation: Invocation,
  operation: O,
  request: RequestInput<O>,
): Promise<ReplyOf<O>> {
  const checked = checkedRequest(operation, request);
  return withBus(invocation, (bus) => bus.askChecked(operation, checked));
}

async function connect({ configuration }: Invocation, connectWithinMs: number): Promise<Bus> {
  const address = configuration.bus();
  try {
    return await Bus.connect({
      url: address.url,
      name: `cli-${process.pid}`,
      user: 'operator',
      inboxPrefix: address.inboxPrefix,
      credentials: address,
      tls: address,
      connectWithinMs,
    });
  } catch (error) {
    throw connectFailure(error, serversIn(address.url));
  }
}

function connectFailure(error: unknown, servers: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'AuthorizationError' || /authorization|authentication/i.test(error.message)) {
    return new Failure('bus.not_permitted', `${servers} refuses these credentials`, {
      exitCode: exitCodes.notPermitted,
      hint: 'use the bus user "operator"; the embedded system writes it to demo.json',
    });
  }
  if (/nats (server|scheme)|list of nats/.test(error.message)) return usageFault(error.message);
  return unreachable(`cannot reach the bus at ${servers}: ${error.message}`, 'start it with: npm start');
}

/** Host and port of each server: the URL itself may hold a password. */
function serversIn(url: string): string {
  return url
    .split(',')
    .map((server) =>
      server
        .trim()
        .replace(/^[a-z]+:\/\//, '')
        .replace(/^[^@]*@/, ''),
    )
    .join(', ');
}

/** The name of the operator in the trail, beside the bus user. A system without user names has the name `operator`. */
function operatorName(): string {
  try {
    return userInfo().username.slice(0, 200);
  } catch {
    return 'operator';
  }
}
