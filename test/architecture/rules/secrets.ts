import { planted, type Rule, type SourceFile, withoutComments } from '../workspace.js';

/**
 * Code that a caller can time: services and what they are made of, threads included. The command line compares what
 * its own user holds.
 */
function isTimed(path: string): boolean {
  return (
    /^(apps|libs)\/[^/]+\/(src|worker)\/.*\.(ts|mjs)$/.test(path) &&
    !/\.spec\.|^apps\/cli\/|^libs\/testing\//.test(path)
  );
}

/** Names that end in what is secret or proves the knowledge of a secret. A hash of a request is neither. */
const secretName = /(?:^|[.\]])\w*(?:mac|signature|digest|secret|password|pin|token|applicationkey|(?<!request)hash)$/i;
/** Whether there is one at all, how long it is, or what kind of thing it is: that is no secret. */
const harmless = /^(?:undefined|null|true|false|''|""|'\w+'|\d+|.*\.length)$/;
const comparison = /(typeof\s+)?([\w.?[\]'"]+)\s*[!=]==?\s*(typeof\s+)?([\w.?[\]'"]*)/g;
const calls = /\.equals\(|\bBuffer\.compare\(|\bcompare\(/;

/** Files that compare something of such a name which is no secret of theirs, each with what it is. */
const known: Readonly<Record<string, string>> = {
  'libs/messaging/src/connection/bus-credentials.ts': 'settings of one process with each other, at its start',
  'libs/persistence/src/idempotency-records.ts': 'the hash of a request with that of another under the same key',
  'libs/provisioning/src/lent-subjects.ts': 'tokens of subjects',
  'apps/directory/src/users/list-users.ts': 'names, in the order of the database',
};

function comparesOpenly({ path, text }: SourceFile): boolean {
  if (!isTimed(path) || known[path] !== undefined) return false;
  const bare = withoutComments(text);
  return (
    calls.test(bare) ||
    [...bare.matchAll(comparison)].some(([, kind, left = '', otherKind, right = '']) => {
      const isOfSecret = [left, right].some((operand) => secretName.test(operand.replaceAll('?', '')));
      return (
        kind === undefined && otherKind === undefined && isOfSecret && !harmless.test(left) && !harmless.test(right)
      );
    })
  );
}

/** ASVS 5.0 11.2.4; authentik CVE-2024-52307, basic-auth-connect GHSA-7p89. */
export const constantTime: Rule = {
  sentence: 'secrets and what proves them are compared by timingSafeEqual, or by the database as a key',
  breaches: ({ files }) => files.filter(comparesOpenly).map(({ path }) => `${path}: compares a secret byte by byte`),
  canary: planted('libs/signing/src/verify-response.ts', 'if (expected.signature === signature) return true;\n'),
};

/** The other ways in which it is done wrong, for the same rule. */
export const plantedComparisons: readonly string[] = [
  'if (mac === expected) return true;',
  'return claimed.mac !== made;',
  'return made == applicationKey;',
  'if (expected.equals(mac)) return;',
  'return Buffer.compare(a, b) === 0;',
  'const fits = stored.passwordHash === hashed;',
  "return headers['x'] === signature;",
  'if (pin !== given) throw new Error();',
];
