import { groupName, realmName, userId } from '@countersign/contracts';
import type { z } from 'zod';
import { asWritten } from '../../../description/json-schema.js';
import type { Parameter } from '../../../description/openapi.js';
import { versions } from '../declare-endpoint.js';

const USERNAME = 'The user id, where it does not fit into a path; once. `+` and `%20` are spaces. Not signed.';

/** Parameters of paths and queries. Limits are those of the contracts. */
export const parameters = Object.freeze({
  realm: inPath('realm', 'The realm that the application is registered for.', realmName, 'demo'),
  version: {
    name: 'version',
    in: 'path',
    required: true,
    description: 'Of the dialect; aliases of each other but for account states (see Paths).',
    schema: { type: 'string', enum: [...versions] },
    example: 'v1',
  },
  userId: inPath('userId', 'The user id, in any case. Percent-encoded once.', userId, 'jdoe'),
  domain: inPath(
    'domain',
    "The user's domain: names the user `domain\\user`, or the user alone where it is the realm's own.",
    userId,
    'CORP',
  ),
  group: inPath(
    'group',
    'The name of a group, or its distinguished name where the realm shows those.',
    groupName,
    'Sharepoint Visitors',
  ),
  username: {
    ...inQuery('username', USERNAME, userId, 'jane doe'),
    required: true,
  },
  queryDomain: inQuery('domain', 'Goes before `username` as in the path; once.', userId, 'CORP'),
} as const satisfies Record<string, Parameter>);

function inPath(name: string, description: string, schema: z.ZodType, example: string): Parameter {
  return { name, in: 'path', required: true, description, schema: asWritten(schema), example };
}

function inQuery(name: string, description: string, schema: z.ZodType, example: string): Parameter {
  return { name, in: 'query', required: false, description, schema: asWritten(schema), example };
}
