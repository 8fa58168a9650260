import { monotonicMs } from '@countersign/clock';
import { principals } from '@countersign/contracts';
import fc from 'fast-check';
import {
  encodeHeaders,
  headerNames,
  readAsked,
  writeAskHeaders,
} from '../../libs/messaging/src/wire/message-headers.js';
import { RequestHeaders } from '../../libs/messaging/src/wire/request-headers.js';
import { holds, holdsSame, type Target } from '../target.js';

const names = Object.values(headerNames);
const values = [
  ...['application:abc', 'operator:ann', 'service:authentication', 'user:%C3%AB', 'user:%', ':', 'root:me'],
  ...['{"traceId":"t","address":"1.2.3.4"}', '{"traceId":7}', '{', '1e9', '-1', 'NaN', '0x10', 'k', 'a b', ''],
  ...['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-0-0-0', `ff-${'0'.repeat(32)}`, '\u2028', '\r\n'],
];
const sent = { at: monotonicMs(), storeAt: 0, storeNow: () => 0 };
const claims = { gateway: ['application', 'user'], operator: ['operator'], listener: [], provisioner: [] };

/** Headers of a message, one a line: `<name>: <value>`. */
export const messageHeaders: Target = {
  name: 'message-headers',
  about: 'what travels beside a request on the bus',
  seeds: [names.map((name, at) => `${name}: ${values[at]}`).join('\n'), '', `${headerNames.actor}: user:ann`],
  dictionary: [...names.map((name) => `${name}: `), ...values, '\n', '%', ':'],
  inputs: fc
    .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), { maxLength: 9 })
    .map((pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join('\n')),
  check: (input) => {
    const lines = input.toString('utf8').split('\n');
    const own = Object.fromEntries(
      lines.map((line) => line.split(': ', 2)).map(([name = '', value = '']) => [name, value]),
    );
    const headers = new RequestHeaders(own);
    for (const caller of principals) {
      const asked = readAsked(headers, caller, sent, 'changes');
      holds(asked.caller === caller, 'the caller is the one who is proven');
      holds(/^[\x21-\x7e]{1,200}$/.test(asked.idempotencyKey), 'a key is visible ASCII');
      holds(asked.deadlineAt <= monotonicMs() + 60_000, 'no request has more than a minute');
      holds(asked.notAfter >= 0 && Number.isFinite(asked.notAfter), 'a change has a bound');
      const { kind, id } = asked.actor;
      const allowed: readonly string[] | undefined = (claims as Record<string, readonly string[]>)[caller];
      const isItself = id === caller && kind === (caller === 'operator' ? 'operator' : 'service');
      holds(isItself || allowed === undefined || allowed.includes(kind), `${caller} may not act for ${kind}`);
      const now = monotonicMs();
      const written = writeAskHeaders(caller, asked, undefined, now);
      encodeHeaders(written);
      const again = readAsked({ get: (name) => written[name] }, caller, sent, 'changes');
      holds(again.notAfter <= asked.notAfter, 'a bound that is handed on is not put off');
      holdsSame(
        [again.actor, again.via, again.idempotencyKey],
        [asked.actor, asked.via, asked.idempotencyKey],
        'handed on',
      );
    }
  },
};
