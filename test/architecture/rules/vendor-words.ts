import { isProduct, planted, type Rule } from '../workspace.js';

/** Vendors whose protocols are spoken, and names that only one of those protocols uses. */
const vendorWords = /secureauth|okta|\bduo\b|auxid|kbq|pinhash|x-sa-/i;

/** Where a vendor's words belong. */
const homes: readonly RegExp[] = [
  /^apps\/gateway\/src\/(dialects|schemes)\//,
  // Files of users may name their columns so.
  /^libs\/contracts\/src\/property-aliases\.ts$/,
  // Names of headers on the wire: clients sign and verify by this library, which cannot know the gateway.
  /^libs\/signing\/src\/headers\.ts$/,
];

export const vendorWordsAtHome: Rule = {
  sentence:
    "no vendor's word stands outside of dialects, credential schemes and the table of aliases, comments included",
  breaches: ({ files }) =>
    files
      .filter(({ path }) => isProduct(path) && !homes.some((home) => home.test(path)))
      .filter(({ path, text }) => vendorWords.test(text) || vendorWords.test(path))
      .map(({ path, text }) => `${path}: holds ${vendorWords.exec(text)?.[0] ?? 'a vendor in its name'}`),
  canary: planted('apps/gateway/src/exchange/pipeline.ts', '/** As SecureAuth has it. */\nexport const a = 1;\n'),
};
