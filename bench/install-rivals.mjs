import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { step } from '../scripts/progress.mjs';

/**
 * Installs what the measurements compare with, into `bench/node_modules`: apart from the product, which never sees it.
 * With nothing changed it only looks.
 *
 * @param {string} root folder of the checkout
 * @throws Error with what npm said
 */
export async function installRivals(root) {
  const folder = join(root, 'bench');
  const [lock, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((path) =>
      stat(join(folder, path)).catch(() => undefined),
    ),
  );
  if (installed !== undefined && installed.mtimeMs >= (lock?.mtimeMs ?? 0)) return;
  await step('installing what is compared with', () => install(folder));
}

async function install(folder) {
  const flags = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const child = spawn('npm', ['install', '--prefix', folder, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [code] = await new Promise((resolve, reject) =>
    child.once('error', reject).once('close', (...end) => resolve(end)),
  );
  if (code !== 0) throw new Error(`npm install failed: ${Buffer.concat(said).toString('utf8').trim()}`);
}
