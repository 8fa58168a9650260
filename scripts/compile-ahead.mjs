// Writes the compiled code (`bundled-main.mjs`) into images, which are read-only at run time. NODE_OPTIONS must equal the
// image's: V8 takes compiled code only with the same flags.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** The embedded platform is in no image, and would start; the command line is no script. */
const others = ['all-in-one', 'cli'];
const endsWithinMs = 30_000;

/** A bus that takes every connection and answers nothing but pings. */
const bus = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write('INFO {"server_id":"build","version":"2.10.0","proto":1,"max_payload":1048576,"headers":true}\r\n');
  socket.on('data', (data) => socket.write('PONG\r\n'.repeat(data.toString('latin1').split('PING').length - 1)));
});

/** A database that refuses every log-in (invalid_authorization_specification). */
const database = createServer((socket) => {
  socket.on('error', () => undefined);
  const fields = Buffer.from('SFATAL\0C28000\0Mthere is no database while images are built\0\0');
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
  socket.once('data', () => socket.end(Buffer.concat([head, fields])));
});

/**
 * Starts each program that is in an image, as far as it comes: the gateway to the end, a service until it asks its database.
 * What was compiled until then is kept.
 */
export async function compileAhead(nodeOptions) {
  for (const server of [bus, database]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const programs = readdirSync(join(root, 'apps')).filter((program) => !others.includes(program));
  await Promise.all(programs.map((program) => compile(program, nodeOptions)));
  for (const server of [bus, database]) server.close();
}

async function compile(program, nodeOptions) {
  const folder = join(root, 'apps', program, 'bundle');
  if (!existsSync(folder)) return;
  const child = spawn(process.execPath, [join(folder, 'main.js')], {
    env: {
      NODE_OPTIONS: nodeOptions,
      COUNTERSIGN_PORT: '0',
      NATS_URL: `nats://build:build@127.0.0.1:${bus.address().port}`,
      DATABASE_URL: `postgres://build:build@127.0.0.1:${database.address().port}/build`,
      [`${program.toUpperCase()}_KEY_RING`]: JSON.stringify({
        current: 'build',
        keys: { build: 'A'.repeat(43).concat('=') },
      }),
    },
    timeout: endsWithinMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = [];
  child.stderr.on('data', (text) => stderr.push(text));
  child.stdout.on('data', (text) => {
    if (text.includes('ready ')) child.kill('SIGTERM');
  });
  const [exitCode, signal] = await once(child, 'close');
  if (!readdirSync(folder).some((name) => name.startsWith('compiled.')))
    throw new Error(`${program} ended with ${signal ?? exitCode} and kept no compiled code:\n${Buffer.concat(stderr)}`);
}

if (process.argv[1] === import.meta.filename) await compileAhead(process.env.NODE_OPTIONS ?? '');
