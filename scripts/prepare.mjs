import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuildLock } from './build-lock.mjs';
import { step } from './progress.mjs';
import { fingerprintSources } from './sources-fingerprint.mjs';

/** A step failed; what the tool said has been shown. */
export class PreparationFailed extends Error {}

/**
 * Makes a checkout ready to run: packages installed, sources built. With nothing changed it only looks.
 * Plain Node without packages: it runs before there are any.
 *
 * @param {string} root folder of the checkout
 * @throws {PreparationFailed} with a sentence for people
 */
export async function prepare(root) {
  await checkNode(root);
  if (await isReady(root)) {
    return;
  }
  const state = stateFolder(root);
  await withBuildLock(
    state,
    async () => {
      if (await needsInstall(root)) {
        await step('installing packages', () => install(root));
      }
      if (await needsBuild(root)) {
        await step('building', () => build(root));
      }
    },
    (pid) => process.stderr.write(`waiting for process ${pid}, which is building this checkout\n`),
  );
}

/**
 * @param {string} root
 * @param {string} [found] version of the running Node
 */
export async function checkNode(root, found = process.versions.node) {
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [wanted] = /\d+\.\d+/.exec(engines.node) ?? [];
  const [major, minor] = found.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new PreparationFailed(
      `Node ${wanted} or later is needed, this is Node ${found}: install a newer one and try again`,
    );
  }
}

async function isReady(root) {
  return !(await needsInstall(root)) && !(await needsBuild(root));
}

/** npm writes `.package-lock.json` at the end of an install; older than the lock file, it is of an earlier one. */
async function needsInstall(root) {
  const [lock, installed, stamp] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json', 'node_modules/.countersign/installed'].map((path) =>
      stat(join(root, path)).catch(() => undefined),
    ),
  );
  const doneMs = Math.max(installed?.mtimeMs ?? 0, stamp?.mtimeMs ?? 0);
  return installed === undefined || doneMs < (lock?.mtimeMs ?? 0);
}

async function install(root) {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const isNpm = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  await run(root, isNpm ? process.execPath : 'npm', [...(isNpm ? [npm] : []), 'install', ...flags]);
  await writeFile(join(stateFolder(root), 'installed'), '');
}

async function needsBuild(root) {
  const [built, fingerprint] = await Promise.all([
    readFile(join(stateFolder(root), 'built'), 'utf8').catch(() => ''),
    fingerprintSources(root),
  ]);
  return built !== fingerprint || (await missingOutputs(root)).length > 0;
}

/** The stamp goes first and comes back last: a build that was cut off, or a change during it, is built again. */
async function build(root) {
  const stamp = join(stateFolder(root), 'built');
  await rm(stamp, { force: true });
  const fingerprint = await fingerprintSources(root);
  // tsc believes its own notes; where the output was deleted without them it would make nothing.
  await Promise.all(
    (await missingOutputs(root)).map((folder) => rm(join(root, folder, 'dist'), { recursive: true, force: true })),
  );
  await run(root, process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b']);
  if (existsSync(join(root, 'scripts', 'bundle.mjs'))) {
    await run(root, process.execPath, [join('scripts', 'bundle.mjs')]);
  }
  await mkdir(stateFolder(root), { recursive: true });
  await writeFile(stamp, fingerprint);
}

/** The projects of the root's tsconfig.json whose output is not there. */
async function missingOutputs(root) {
  const { references } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path }) => path).filter((path) => !existsSync(join(root, path, 'dist', '.tsbuildinfo')));
}

/** Quiet while it works; when it fails, all it said is shown. Nothing goes to stdout, which is the application's. */
async function run(root, command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  if (ending !== undefined) {
    process.stderr.write(`\n${Buffer.concat(said).toString('utf8').trimEnd()}\n`);
    throw new PreparationFailed(`${[command, ...args].join(' ')} failed (${ending})`);
  }
}

function stateFolder(root) {
  return join(root, 'node_modules', '.countersign');
}
