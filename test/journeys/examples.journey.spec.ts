import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from './command-line.js';
import { Platform, root } from './platform.js';

const isHere = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, program)));

/** The lines of the page that start an example: what a reader would type. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) => block.split('\n')).filter((line) => / examples\/[a-z]+\/request\./.test(line));
}

const folders = ['shell', 'typescript', 'python', 'go'];
const pages = ['README.md', ...folders.map((folder) => `examples/${folder}/README.md`)];
const commands = pages.flatMap((page) => commandsOf(page).map((command) => ({ page, command })));
const programOf = (command: string) => command.split(' ', 1)[0] ?? '';
const runnable = commands.filter(({ command }) => isHere(programOf(command)));
const missing = new Set(commands.map(({ command }) => programOf(command)).filter((program) => !isHere(program)));

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start();
}, 120_000);
afterAll(() => platform?.remove());

describe('what the pages say to type', () => {
  it('are a read, a change and an association in each language', () => {
    for (const folder of folders) {
      const methods = commandsOf(`examples/${folder}/README.md`).map(
        (command) => / (GET|PUT|POST) /.exec(command)?.[1],
      );
      expect([folder, ...methods]).toEqual([folder, 'GET', 'PUT', 'POST']);
    }
  });

  it.each(runnable)(
    'does what it says ($page): $command',
    async ({ command }) => {
      const { stdout, stderr } = await run(['sh', '-c', command], { COUNTERSIGN_DATA: platform.folder });
      expect(stderr).toBe('response signature holds\n');
      const answer = JSON.parse(stdout.slice(stdout.indexOf('{')));
      if (/ GET /.test(command)) expect(answer).toMatchObject({ userId: 'jdoe', status: 'found' });
      else expect(answer).toEqual({ status: 'success', message: '' });
    },
    120_000,
  );

  it('changes what it says it changes', async () => {
    const changed = await platform.application.ask('GET', '/demo/api/v1/users/jdoe');
    expect(changed.json.properties.auxId3.value).toBe('zoë’s desk');
    const associated = await platform.application.ask('GET', '/demo/api/v1/users/zo%C3%AB');
    expect(associated.json.groups.join()).toContain('SharePoint Visitors');
  });

  if (missing.size > 0) {
    it(`was not run in part: there is no ${[...missing].join(', ')} here`, () =>
      expect(runnable).not.toEqual(commands));
  }
});
