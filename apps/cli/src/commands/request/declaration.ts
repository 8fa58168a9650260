import type { CommandDeclaration } from '../../declaration.js';

export const requestFlags = [
  { flags: '-d, --data <body>', summary: 'body: text, @file, or - for stdin; sent and signed byte for byte' },
] as const;

export const requestCommand: CommandDeclaration = {
  name: 'request',
  summary: 'Signs a request, sends it, prints the answer and says whether its signature holds.',
  examples: [
    'npx countersign request GET /demo/api/v1/users/jdoe',
    `npx countersign request PUT /demo/api/v1/users/jdoe -d '{"properties":{"firstName":"Jane"}}'`,
  ],
  words: [
    ['<method>', 'GET, POST, PUT, DELETE'],
    ['<path>', 'path with the realm, percent-encoded, such as /demo/api/v1/users/jdoe'],
  ],
  flags: [
    ...requestFlags,
    { flags: '-H, --header <name:value>', summary: 'further header; may be repeated', isRepeatable: true },
    { flags: '--explain', summary: 'show on stderr every step of the signature' },
    { flags: '--curl', summary: 'print the signed request for curl instead of sending it' },
  ],
  load: async () => (await import('./request.js')).request,
};
