import { existsSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Invocation } from '../../invocation.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';

const gibibyte = 1024 ** 3;

/** The data folder of the embedded system: who may read its secrets, and whether the disk has room. */
export async function dataFolderChecks({ configuration }: Invocation): Promise<readonly Finding[]> {
  const folder = configuration.dataFolder();
  if (folder === undefined || !existsSync(folder)) {
    return [skipped('data folder', 'no data folder here: the embedded system was not started from this folder')];
  }
  return [folderCheck(folder), secretFilesCheck(folder), await diskCheck(folder)];
}

function folderCheck(folder: string): Finding {
  const { mode } = statSync(folder);
  if ((mode & 0o022) === 0) return ok('data folder', folder);
  return fault('data folder', `others may write ${folder} (mode ${octal(mode)})`, `chmod go-w ${folder}`);
}

/** Files with keys or passwords: their owner alone may read them. */
function secretFilesCheck(folder: string): Finding {
  const files = ['demo.json', 'secrets.json', ...below(folder, 'keys'), ...below(folder, 'env')]
    .map((file) => join(folder, file))
    .filter((file) => existsSync(file));
  const open = files.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (open.length === 0) return ok('secret files', `${files.length} files, only their owner may read them`);
  const shown = open.map((file) => `${file} (${octal(statSync(file).mode)})`).join(', ');
  return fault('secret files', `others may read ${shown}`, `chmod 600 ${open.join(' ')}`);
}

function below(folder: string, name: string): readonly string[] {
  const path = join(folder, name);
  return existsSync(path) ? readdirSync(path).map((file) => join(name, file)) : [];
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}

async function diskCheck(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / gibibyte).toFixed(1)} GiB free`;
  if (free < gibibyte / 4) return fault('disk', found, 'make room: PostgreSQL and NATS stop when the disk is full');
  return free < gibibyte ? warning('disk', found, 'make room soon') : ok('disk', found);
}
