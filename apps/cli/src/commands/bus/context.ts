import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder, writePrivateFile } from '@countersign/files';
import type { BusPlace } from '../../configuration/configuration.js';
import type { Invocation } from '../../invocation.js';
import { Failure, usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

/** Writes a context as the `nats` tool keeps them (NATS ADR-21), for looking at the bus with it. */
export async function writeNatsContext({ configuration, given, settings, terminal }: Invocation): Promise<undefined> {
  const name = given.text('name') ?? 'countersign';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw usageFault(`--name ${name} is not 1 to 64 of A-Z, a-z, 0-9, _ and -`);
  const file = join(settings.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'nats', 'context', `${name}.json`);
  const context = natsContextOf(configuration.bus());
  if (existsSync(file) && !given.isSet('yes') && !given.isSet('dryRun')) {
    throw new Failure('context.exists', `${file} exists`, { hint: 'replace it with --yes, or choose another --name' });
  }
  if (!given.isSet('dryRun')) {
    makeFolder(dirname(file));
    writePrivateFile(file, `${JSON.stringify(context, undefined, 2)}\n`);
  }
  printOne(terminal, { name, file }, { name, facts: Object.entries({ name, file }) });
  terminal.remark(`try: nats --context ${name} micro ls`);
}

/** Fields and their names as the `nats` tool reads them; user and password stand beside the addresses there. */
export function natsContextOf(place: BusPlace): Readonly<Record<string, string>> {
  const servers = place.url.split(',').map((server) => new URL(server.includes('://') ? server : `nats://${server}`));
  const user = servers.find(({ username }) => username !== '');
  return {
    description: 'Countersign, as its operator',
    url: servers.map(({ protocol, host }) => `${protocol}//${host}`).join(','),
    user: decodeURIComponent(user?.username ?? ''),
    password: decodeURIComponent(user?.password ?? ''),
    creds: place.credsFile ?? '',
    nkey: place.nkeySeedFile ?? '',
    ca: place.caFile ?? '',
    cert: place.certFile ?? '',
    key: place.keyFile ?? '',
    inbox_prefix: place.inboxPrefix ?? '_INBOX_operator',
  };
}
