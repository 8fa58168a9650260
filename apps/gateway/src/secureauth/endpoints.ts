import type { Endpoint } from './endpoint.js';
import { groupEndpoints } from './group.endpoints.js';
import { passwordEndpoints } from './password.endpoints.js';
import { userEndpoints } from './user.endpoints.js';

/** Every endpoint of the dialect, in the order of the contract. */
export const endpoints: readonly Endpoint[] = Object.freeze(
  [userEndpoints, passwordEndpoints, groupEndpoints].flatMap((some): Endpoint[] => Object.values(some)),
);

const byName: ReadonlyMap<string | undefined, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.name, endpoint]),
);

/** The endpoint of a route; undefined where nothing is. */
export function endpointNamed(name: string | undefined): Endpoint | undefined {
  return byName.get(name);
}
