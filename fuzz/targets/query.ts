import fc from 'fast-check';
import { MalformedRequest } from '../../apps/gateway/src/http/malformed-request.js';
import { namesParameter, parameterOf } from '../../apps/gateway/src/http/query.js';
import { holds, holdsSame, type Target } from '../target.js';

const name = 'username';
const piece = fc.constantFrom(
  ...['username', '=', '&', '&&', '?', '+', '%20', '%75', 'jdoe', 'domain', '%3D', '%26', ';', '#', '%', '%C3%AB'],
  ...['[]', '%5B', '%00', '%0a', 'é', 'User'],
);

/** `?username=` and `&domain=`. */
export const query: Target = {
  name: 'query',
  about: 'a parameter of a query',
  seeds: ['?username=jdoe', '?a=b&username=jane+doe&domain=CORP', '?%75sername=x&username=y', '?', ''],
  dictionary: ['username', 'username=', '&', '=', '%', '%75', '+', '#', ';', '%C3%AB', '%00', '?', '[]'],
  inputs: fc.array(piece, { maxLength: 10 }).map((pieces) => `?${pieces.join('')}`),
  check: (input) => {
    const text = input.toString('latin1').replace(/^(?!$|\?)/, '?');
    const isNamed = namesParameter(text, name);
    let value: string | undefined;
    try {
      value = parameterOf(text, name);
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      holds(/^[\x20-\x7e]*$/.test(error.reason), 'a reason repeats nothing of the query');
      return;
    }
    holds((value !== undefined) === isNamed, 'the router and the reader agree on whether it is there');
    if (value === undefined) return;
    holdsSame(new URLSearchParams(text).getAll(name), [value], 'the URL Standard reads the same, once');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    holds(!/[\u0000-\u001f\u007f-\u009f]/.test(value), 'no control character');
  },
};
