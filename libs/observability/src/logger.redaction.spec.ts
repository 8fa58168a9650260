import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const built = pathToFileURL(`${import.meta.dirname}/../dist/index.js`).href;

/** What a process writes that logs `fields`. */
function logged(fields: string): string {
  const source = `import { createLogger } from ${JSON.stringify(built)};
    createLogger({ service: 'spec', level: 'info' }).info(${fields}, 'a line');`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
  });
  return stderr + stdout;
}

describe('a secret handed to the logger by mistake', () => {
  it.each([
    'authorization',
    'cookie',
    'password',
    'currentPassword',
    'newPassword',
    'applicationKey',
    'key',
    'secret',
    'token',
    'pin',
    'answer',
    'answers',
    'mac',
  ])('is not written as %s, at the top or inside', (name) => {
    const line = logged(`{ ${name}: 'hunter2', request: { ${name}: 'hunter2', body: { ${name}: 'hunter2' } } }`);
    expect(line).toContain('a line');
    expect(line).not.toContain('hunter2');
  });
});
