import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isNoun } from '../declaration.js';
import { readCsv } from '../records/csv.js';
import { readJsonLines } from '../records/json-lines.js';
import type { RawRecord } from '../records/user-record.js';
import { run } from '../run.js';
import { declarations } from './declarations.js';
import { judgeRecord } from './user/import/judge-record.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const guides = readdirSync(join(root, 'docs', 'guides')).map((name) => join('docs', 'guides', name));

/** The commands that a page tells its reader to type, without those that have a blank to fill in. */
function commandsOn(page: string): readonly string[] {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)];
  return blocks.flatMap(([, block = '']) => block.split('\n')).filter((line) => !line.includes('<'));
}

const ofHelp = declarations.flatMap((declaration) =>
  isNoun(declaration)
    ? [...declaration.examples, ...declaration.verbs.flatMap(({ examples }) => examples)]
    : declaration.examples,
);
const isOfUsersOrRealms = (line: string) => /^npx countersign (?:user|group|realm) /.test(line);
const typed = new Set([...['README.md', ...guides].flatMap(commandsOn), ...ofHelp].filter(isOfUsersOrRealms));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a reader has at hand; an export makes its file. */
function writeFiles(line: string): void {
  for (const name of ['password.txt', 'pin.txt', 'answer.txt']) {
    writeFileSync(join(folder, name), '13579', { mode: 0o600 });
  }
  if (line.includes(' export ')) return;
  for (const name of ['people.jsonl', 'users.jsonl']) writeFileSync(join(folder, name), '{"userId":"a"}\n');
  writeFileSync(join(folder, 'users.csv'), 'userId,E-Mail,Notes\na,a@example.com,x\n');
}

/** The words as a shell makes them of a line. */
function wordsOf(line: string): readonly string[] {
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line.replace('npx countersign ', '')}`]).toString();
  return words.split('\0').slice(0, -1);
}

describe('what the guides and the help say to type', () => {
  it.each([...typed].map((line) => [line]))('is right as far as it can be without a platform: %s', async (line) => {
    writeFiles(line);
    const inFolder = (word: string) => word.replace(/(?<=^|=)\w+\.(?:txt|csv|jsonl)$/, (name) => join(folder, name));
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const exitCode = await run({
      typed: [...wordsOf(line).map(inFolder), '--dry-run'],
      environment: { XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' },
      workingFolder: folder,
      openStdin: () => new PassThrough(),
      isStdinTerminal: false,
      stdout,
      stderr,
    });
    const said = String(stderr.read() ?? '');
    const end = /no address of the bus|--password-file is missing/;
    if (exitCode !== 0) expect({ exitCode, said }).toEqual({ exitCode: 2, said: expect.stringMatching(end) });
  });
});

describe('the files that the guide of imports shows', () => {
  const guide = readFileSync(join(root, 'docs', 'guides', 'import-users.md'), 'utf8');
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(guide)?.[1] ?? '';
  const judged = async (records: AsyncIterable<readonly RawRecord[]>) => {
    const all: unknown[] = [];
    for await (const some of records) all.push(...some.map(judgeRecord));
    return all;
  };
  const bytes = (text: string) => Readable.from([Buffer.from(text)]);

  it('hold users, copied as they are', async () => {
    expect(await judged(readJsonLines(bytes(block('json'))))).toMatchObject([{ userId: 'ana' }, { userId: 'rui' }]);
    expect(await judged(readCsv(bytes(block('csv')), {}))).toMatchObject([{ userId: 'ana' }]);
  });

  it('show a user with more fields, which an import would take', async () => {
    const object = JSON.stringify(JSON.parse(block('js')));
    expect(await judged(readJsonLines(bytes(object)))).toMatchObject([{ userId: 'ana', text: object }]);
  });
});
