import { type Principal, principals } from '@countersign/contracts';
import { lentSubjects } from './lent-subjects.js';
import { type BusPermissions, permissionsOf } from './permissions.js';

/** What the accounts of the bus and of the streams hold. */
export interface NatsAccountsOptions {
  /** A user is made for each principal named here. In clear (the file must be 0600) or as bcrypt hashes (`$2a$...`). */
  readonly passwords: Readonly<Partial<Record<Principal, string>>>;
  /** Bounds of what the account of the streams may store. */
  readonly jetstream?: { readonly maxFileBytes?: number; readonly maxStreams?: number; readonly maxConsumers?: number };
}

export interface NatsConfigurationOptions extends NatsAccountsOptions {
  /** Left out where the launcher of the server sets its address itself. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Address of `/healthz` and metrics over HTTP, without authentication; none when left out. */
  readonly monitor?: { readonly host: string; readonly port: number };
  /** Left out where the launcher of the server sets it itself. */
  readonly storeFolder?: string;
  /** Folder for the file with the ports that the kernel chose, when `port` is -1. */
  readonly portsFileFolder?: string;
}

const plainPassword = /^[A-Za-z0-9_-]{16,200}$/;
const bcryptPassword = /^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$/;

/** Both streams at their usual size, and some more. */
const roomForStreams = 5 * 1024 ** 3;

const bus = 'COUNTERSIGN';
const streams = 'COUNTERSIGN_STREAMS';

/**
 * The text of a nats-server configuration (2.9.10 and later): the accounts of {@link natsAccounts} and a system account
 * without users. There is no `no_auth_user`, so a connection without credentials is refused (guarantee G10).
 * @throws Error for a password that is shorter than 16 characters or would need quoting
 */
export function natsConfiguration(options: NatsConfigurationOptions): string {
  const { listen, monitor, storeFolder, portsFileFolder, jetstream } = options;
  return [
    generated,
    ...(listen === undefined ? [] : [`host: ${quoted(listen.host)}`, `port: ${listen.port}`]),
    ...(monitor === undefined ? [] : [`http: ${quoted(addressOf(monitor))}`]),
    ...(portsFileFolder === undefined ? [] : [`ports_file_dir: ${quoted(portsFileFolder)}`]),
    ...(storeFolder === undefined ? [] : [storeOf(storeFolder, jetstream?.maxFileBytes)]),
    'accounts {',
    ...accountsOf(options),
    '  SYS { users: [] }',
    '}',
    'system_account: SYS',
    // A client that is frozen or gone leaves the queue groups within three seconds. Servers before 2.10 ping only where
    // they had nothing to send for the whole interval: it is short, so that they find such times between messages.
    'ping_interval: "100ms"',
    'ping_max: 25',
    '',
  ].join('\n');
}

/** Without a limit nats-server takes what is free when it starts, and does not load streams for which that is too little. */
function storeOf(folder: string, maxBytes = roomForStreams): string {
  return `jetstream { store_dir: ${quoted(folder)}, max_file_store: ${maxBytes} }`;
}

/**
 * The two accounts alone, to be included among the accounts of an existing cluster: `accounts { include countersign.conf }`.
 *
 * The streams have an account of their own, which only the provisioner enters and which lends the others what they need.
 * JetStream answers in its own right wherever a reply subject points: in one account, a principal that may fetch,
 * acknowledge or tell an event could aim that answer at `$JS.API.STREAM.DELETE`. In the account of the bus nothing
 * listens there.
 * @throws Error for a password that is shorter than 16 characters or would need quoting
 */
export function natsAccounts(options: NatsAccountsOptions): string {
  return [generated, ...accountsOf(options), ''].join('\n');
}

const generated = '# Generated from the contracts: who may ask, tell and hear what. Do not edit.';

/** One user per principal, its rights generated from the contracts. */
function accountsOf(options: NatsAccountsOptions): string[] {
  return [
    `  ${bus} {`,
    '    imports: [',
    ...lentSubjects.map((subject) => `      { service: { account: ${streams}, subject: ${quoted(subject)} } }`),
    '    ]',
    '    users: [',
    ...principals.filter((one) => one !== 'provisioner').flatMap((one) => userOf(one, options.passwords[one])),
    '    ]',
    '  }',
    `  ${streams} {`,
    `    jetstream: ${jetstreamOf(options)}`,
    '    exports: [',
    ...lentSubjects.map((subject) => `      { service: ${quoted(subject)}, accounts: [${bus}]${answersOf(subject)} }`),
    '    ]',
    '    users: [',
    ...userOf('provisioner', options.passwords.provisioner),
    '    ]',
    '  }',
  ];
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A fetch is answered with many messages, all else with one. */
function answersOf(subject: string): string {
  return subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.') ? ', response_type: stream' : '';
}

function jetstreamOf({ jetstream }: NatsAccountsOptions): string {
  const bounds = [
    ...(jetstream?.maxFileBytes === undefined ? [] : [`max_file: ${jetstream.maxFileBytes}`]),
    ...(jetstream?.maxStreams === undefined ? [] : [`max_streams: ${jetstream.maxStreams}`]),
    ...(jetstream?.maxConsumers === undefined ? [] : [`max_consumers: ${jetstream.maxConsumers}`]),
  ];
  return bounds.length === 0 ? 'enabled' : `{ ${bounds.join(', ')} }`;
}

function userOf(principal: Principal, password: string | undefined): string[] {
  if (password === undefined) return [];
  if (!plainPassword.test(password) && !bcryptPassword.test(password))
    throw new Error(`bus password of ${principal} is not 16 to 200 of A-Z, a-z, 0-9, _ and -, nor a bcrypt hash`);
  const { publish, subscribe } = permissionsOf(principal);
  return [
    `      { user: ${quoted(principal)}, password: ${quoted(password)}, permissions: {`,
    `        publish: ${rightsOf(publish)},`,
    `        subscribe: ${rightsOf(subscribe)}`,
    '      } }',
  ];
}

/** An empty allow list would allow everything: nothing has to be said as a denial. */
function rightsOf(subjects: BusPermissions['publish']): string {
  if (subjects.length === 0) return '{ deny: [">"] }';
  return `{ allow: [${subjects.map(quoted).join(', ')}] }`;
}

/** A string of nats-server's syntax; JSON's is a subset of it as long as nothing has to be escaped but `"` and `\`. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
