import { runningServices } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { discover, pingReply, processesOf } from '../../bus/service-discovery.js';
import { gatewayState } from '../../gateway/gateway-state.js';
import type { Invocation } from '../../invocation.js';
import { type ExitCode, exitCodes } from '../../output/exit-code.js';
import { failureOf } from '../../output/failure-of.js';
import { printList } from '../../output/result.js';

interface Part {
  readonly part: string;
  readonly state: 'up' | 'degraded' | 'down';
  readonly detail: string;
}

/** Says of the gateway, the bus and every service whether it is up. */
export async function status(invocation: Invocation): Promise<ExitCode> {
  const parts = [await gatewayPart(invocation), ...(await busParts(invocation))];
  const { green, red, yellow } = invocation.terminal.colours;
  const paint = { up: green, degraded: yellow, down: red };
  printList(invocation.terminal, parts, {
    noun: 'parts',
    name: ({ part }) => part,
    columns: [
      { title: 'PART', value: ({ part }) => part },
      { title: 'STATE', value: ({ state }) => state, paint: ({ state }) => paint[state] },
      { title: 'DETAIL', value: ({ detail }) => detail },
    ],
  });
  return exitCodeOf(parts);
}

/** Down is what does not take requests: the gateway is the only door. */
export function exitCodeOf(parts: readonly Part[]): ExitCode {
  if (parts.some(({ part, state }) => part === 'gateway' && state === 'down')) return exitCodes.unreachable;
  return parts.every(({ state }) => state === 'up') ? exitCodes.done : exitCodes.refused;
}

async function gatewayPart(invocation: Invocation): Promise<Part> {
  const state = await gatewayState(invocation);
  if (!state.answers) return { part: 'gateway', state: 'down', detail: `${state.url}: ${state.reason}` };
  const down = Object.entries(state.checks).filter(([, value]) => value.startsWith('down'));
  const needs = down.map(([name, value]) => `${name} is ${value}`).join(', ');
  return {
    part: 'gateway',
    state: state.isReady ? 'up' : 'degraded',
    detail: [state.url, needs].filter(Boolean).join(': '),
  };
}

async function busParts(invocation: Invocation): Promise<readonly Part[]> {
  try {
    return await withBus(invocation, async (bus) => {
      const processes = [...processesOf(await discover(bus, 'PING', pingReply))];
      const version = bus.connection.info?.version ?? 'unknown version';
      return [
        { part: 'bus', state: 'up', detail: `nats-server ${version}` },
        ...processes.map(
          ([service, count]): Part => ({
            part: service,
            state: count === 0 ? 'down' : 'up',
            detail: count === 0 ? 'does not answer' : `${count} ${count === 1 ? 'process' : 'processes'}`,
          }),
        ),
      ];
    });
  } catch (error) {
    const detail = failureOf(error).message;
    return [
      { part: 'bus', state: 'down', detail },
      ...runningServices.map((part): Part => ({ part, state: 'down', detail: 'unknown: the bus is down' })),
    ];
  }
}
