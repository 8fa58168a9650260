import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** Journeys are not about the hashing of passwords. */
export const cheapPasswords = {
  AUTHENTICATION_ARGON2_MEMORY_KIB: '1024',
  AUTHENTICATION_ARGON2_ITERATIONS: '1',
  DIRECTORY_ARGON2_MEMORY_KIB: '1024',
  DIRECTORY_ARGON2_ITERATIONS: '1',
};
const shownOfLog = 4_000;

/**
 * One platform for all journeys that leave it as it is. It starts when the first of them asks for it, and every request is
 * answered with its data folder once it is ready. Only those who know the path can ask, and nothing that they send is used:
 * every page in a browser and every user of the machine can reach the port.
 */
export class PlatformOnDemand {
  #folder;
  #path = `/${randomBytes(32).toString('base64url')}`;
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
    return `http://127.0.0.1:${this.#server.address().port}${this.#path}`;
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#program === undefined || this.#program.exitCode !== null || this.#program.signalCode !== null) return;
    this.#program.kill('SIGTERM');
    await once(this.#program, 'exit');
  }

  async #answer(request, response) {
    if (request.url !== this.#path) {
      response.writeHead(404).end();
      return;
    }
    try {
      this.#ready ??= this.#start();
      await this.#ready;
      response.end(this.#folder);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  async #start() {
    mkdirSync(this.#folder, { mode: 0o700 });
    const logFile = `${this.#folder}.log`;
    const log = openSync(logFile, 'w', 0o600);
    this.#program = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...cheapPasswords,
        COUNTERSIGN_DATA: this.#folder,
        COUNTERSIGN_PORT: '0',
      },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    // a run that is killed leaves it to the next one
    const { identify, writePrivateFile } = await import('@countersign/files');
    writePrivateFile(`${this.#folder}.pid`, JSON.stringify(identify(this.#program.pid)));
    const ended = once(this.#program, 'exit').then(([code]) => {
      // the log itself is deleted at the end of the run
      throw new Error(`the platform ended with ${code}: ${readFileSync(logFile, 'utf8').slice(-shownOfLog)}`);
    });
    // it also ends when all is over
    ended.catch(() => undefined);
    await Promise.race([once(this.#program.stdout, 'data'), ended]);
  }
}
