import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..', '..');

/**
 * One platform for all journeys that leave it as it is. It starts when the first of them asks for it, with the settings
 * that come with the request, and every request is answered with its data folder once it is ready.
 */
export class PlatformOnDemand {
  #folder;
  #server = createServer((request, response) => void this.#answer(request, response));
  #program;
  #ready;

  /** @param {string} folder that its data folder and its log are made in */
  constructor(folder) {
    this.#folder = join(folder, 'platform');
  }

  /** @returns {Promise<string>} the address to ask at */
  async offer() {
    this.#server.listen(0, '127.0.0.1').unref();
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#program === undefined || this.#program.exitCode !== null || this.#program.signalCode !== null) return;
    this.#program.kill('SIGTERM');
    await once(this.#program, 'exit');
  }

  async #answer(request, response) {
    try {
      const environment = JSON.parse(await text(request));
      this.#ready ??= this.#start(environment);
      await this.#ready;
      response.end(this.#folder);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  async #start(environment) {
    mkdirSync(this.#folder, { mode: 0o700 });
    const log = openSync(`${this.#folder}.log`, 'w', 0o600);
    this.#program = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
      cwd: root,
      env: { ...environment, COUNTERSIGN_DATA: this.#folder, COUNTERSIGN_PORT: '0' },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    // a run that is killed leaves it to the next one
    const { identify, writePrivateFile } = await import('@countersign/files');
    writePrivateFile(`${this.#folder}.pid`, JSON.stringify(identify(this.#program.pid)));
    const ended = once(this.#program, 'exit').then(([code]) => {
      throw new Error(`the platform ended with ${code}: see ${this.#folder}.log`);
    });
    // it also ends when all is over
    ended.catch(() => undefined);
    await Promise.race([once(this.#program.stdout, 'data'), ended]);
  }
}
