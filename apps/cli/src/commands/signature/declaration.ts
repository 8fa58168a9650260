import type { NounDeclaration } from '../../declaration.js';
import { requestFlags } from '../request/declaration.js';

const requestWords = [
  ['<method>', 'GET, POST, PUT, DELETE'],
  ['<path>', 'path with the realm, percent-encoded, without the query'],
] as const;

export const signatureCommands: NounDeclaration = {
  name: 'signature',
  summary: 'Makes, explains and verifies signatures, without sending a request.',
  examples: [
    'npx countersign signature explain GET /demo/api/v1/users/jdoe',
    'npx countersign signature verify --date "$DATE" --signature "$SIGNATURE" -d @answer.json',
  ],
  verbs: [
    {
      name: 'explain',
      summary: 'Shows every value between a request and its header.',
      examples: [
        'npx countersign signature explain GET /demo/api/v1/users/jdoe',
        'npx countersign signature explain POST /demo/api/v1/users -d @user.json --json',
      ],
      words: requestWords,
      flags: requestFlags,
      load: async () => (await import('./explain.js')).explainSignature,
    },
    {
      name: 'sign',
      summary: 'Prints the two headers of a signed request, good for one use.',
      examples: [
        'npx countersign signature sign GET /demo/api/v1/users/jdoe',
        'npx countersign signature sign GET /demo/api/v1/users/jdoe | curl -H @- http://127.0.0.1:8080/demo/api/v1/users/jdoe',
      ],
      words: requestWords,
      flags: requestFlags,
      load: async () => (await import('./sign.js')).signSignature,
    },
    {
      name: 'verify',
      summary:
        'Checks the signature of an answer, or with METHOD and PATH that of a request, and looks for the usual mistake.',
      examples: [
        'npx countersign signature verify --date "$DATE" --signature "$SIGNATURE" -d @answer.json',
        'npx countersign signature verify GET /demo/api/v1/users/jdoe --date "$DATE" --authorization "$AUTHORIZATION"',
      ],
      words: [
        ['[method]', 'of the request that was signed'],
        ['[path]', 'of the request that was signed'],
      ],
      flags: [
        ...requestFlags,
        { flags: '--date <text>', summary: 'the date header, as it was sent' },
        { flags: '--signature <base64>', summary: 'the signature header of an answer, as it came' },
        { flags: '--authorization <value>', summary: 'Authorization header of a request' },
      ],
      load: async () => (await import('./verify.js')).verifySignature,
    },
  ],
};
