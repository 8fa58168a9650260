import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { isSpec, planted, type Rule, root, type SourceFile } from '../workspace.js';

const code = /\.(ts|tsx|mjs)$/;
const lines = (text: string) => text.split('\n').length - 1;

export const fileSize: Rule = {
  sentence: 'a source file has at most 300 lines, a spec at most 500; migrations are exempt',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => code.test(path) && !path.includes('/migrations/'))
      .filter(({ path, text }) => lines(text) > (isSpec(path) ? 500 : 300))
      .map(({ path, text }) => `${path}: ${lines(text)} lines`),
  canary: planted('libs/outbox/src/a.ts', 'const a = 1;\n'.repeat(301)),
};

/** Where the links of a page lead, relative to the root; those to other sites are left out. */
function linksOf({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(path), target).replace(/\/$/, ''));
}

export const links: Rule = {
  sentence: 'links between pages lead to files and folders that exist',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap((page) => linksOf(page).map((target) => ({ page, target })))
      .filter(({ target }) => !existsSync(join(root, target)))
      .map(({ page, target }) => `${page.path}: leads to ${target}`),
  canary: planted('docs/adr/README.md', '[9](0009-nowhere.md)\n'),
};

export const decisionsNamed: Rule = {
  sentence: 'decisions that sources name exist',
  breaches: ({ files }) => {
    const decisions = readdirSync(join(root, 'docs/adr'));
    return files
      .filter(({ path }) => code.test(path) && !path.startsWith('test/architecture/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/docs\/adr\/(\d{4}(?:[\w.-]*\w)?)/g)].map(([, named = '']) => ({ path, named })),
      )
      .filter(({ named }) => !decisions.some((file) => file === named || file.startsWith(`${named}-`)))
      .map(({ path, named }) => `${path}: names docs/adr/${named}`);
  },
  canary: planted('libs/outbox/src/a.ts', '/** See docs/adr/0000. */\nexport const a = 1;\n'),
};

const vagueNames = /(^|\/)(utils?|helpers?|common|shared|misc|core|manager|processor|data|info|process)(\.[a-z.]+)?$/;

export const names: Rule = {
  sentence: 'files and folders are named for what they hold',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => /^(apps|libs|test|bench)\//.test(path))
      .filter(({ path }) => path.split('/').some((part) => vagueNames.test(part)))
      .map(({ path }) => `${path}: a vague name`),
  canary: planted('libs/outbox/src/utils.ts', 'export const a = 1;\n'),
};

const markers = [
  // skipped is only what needs a program that is not installed, and its title says so
  /\.(only|todo)\(|\.skip\((?!`[^`]* is not installed`)/,
  /\b(xit|xdescribe|fit|fdescribe)\(/,
  new RegExp(`@ts-(ig${'nore'}|expect-error|nocheck)`),
  new RegExp(`\\b(TO${'DO'}|FIX${'ME'})\\b`),
];

export const nothingLeftUndone: Rule = {
  sentence: 'no spec is switched off, no check is silenced, nothing is left for later',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => code.test(path) && !path.startsWith('test/architecture/'))
      .flatMap(({ path, text }) =>
        markers.filter((marker) => marker.test(text)).map((marker) => `${path}: holds ${marker.source}`),
      ),
  canary: planted('libs/outbox/src/a.spec.ts', "it.skip('later', () => {});\n"),
};
