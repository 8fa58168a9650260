import type { SecureauthEndpoint } from './declare-endpoint.js';
import { groupEndpoints } from './groups.js';
import { passwordEndpoints } from './passwords.js';
import { userEndpoints } from './users.js';

/** Every endpoint of the dialect, in the order of the contract. */
export const endpoints = Object.freeze([
  ...Object.values(userEndpoints),
  ...Object.values(passwordEndpoints),
  ...Object.values(groupEndpoints),
]);

const byName: ReadonlyMap<string | undefined, SecureauthEndpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.name, endpoint]),
);

export function endpointNamed(name: string | undefined): SecureauthEndpoint | undefined {
  return byName.get(name);
}
