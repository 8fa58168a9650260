import { registeredForm } from '@countersign/signing';
import { usageFault } from '../output/failure.js';
import type { CliSettings } from '../settings.js';
import { type KeyFileContent, readKeyFile } from './application-key-file.js';
import { ContextStore, type StoredContext } from './contexts.js';
import { demoFileOf, findDataFolder, readDemoFile, replaceDemoKey } from './demo-file.js';
import { parseTimeout } from './duration.js';
import type { GivenOptions } from './given-options.js';

export interface Voice {
  remark(text: string): void;
  warning(text: string): void;
}

/** One place that settings come from, and its name for people. */
export interface Source {
  readonly kind: 'context' | 'demo' | 'none';
  readonly name: string;
  readonly values: StoredContext;
  /** Only the demo file holds the key itself. */
  readonly applicationKey?: string;
  /** Puts a new key in the place of that one. */
  readonly replaceApplicationKey?: (applicationKey: string) => void;
}

export interface Credential {
  readonly applicationId: string;
  readonly applicationKey: string;
}

/** What it takes to connect; files are paths. */
export interface BusPlace {
  readonly url: string;
  readonly credsFile: string | undefined;
  readonly nkeySeedFile: string | undefined;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly inboxPrefix: string | undefined;
}

type TextField = 'url' | 'realm' | 'natsUrl' | 'natsCredsFile' | 'natsCaFile';

const start = 'start the embedded system with: npm start';

/**
 * What a command is about, each value from the first place that has it:
 *
 * 1. a flag
 * 2. the context that the flag `--context` names
 * 3. the environment, `COUNTERSIGN_*` and `NATS_*`
 * 4. the context that `COUNTERSIGN_CONTEXT` names, or the chosen one
 * 5. without a context, the demo file of the data folder at hand, which is then said once
 *
 * A context never falls back to the demo file: half of one system and half of another would be neither.
 */
export class Configuration {
  readonly contexts: ContextStore;
  private found: Source | undefined;
  private searched: { readonly dataFolder: string | undefined } | undefined;

  constructor(
    private readonly given: GivenOptions,
    private readonly settings: CliSettings,
    private readonly voice: Voice,
    private readonly workingFolder: string,
  ) {
    this.contexts = new ContextStore(settings.XDG_CONFIG_HOME);
  }

  /** Context or demo file, read once. */
  source(): Source {
    this.found ??= this.findSource();
    return this.found;
  }

  /** The same as if `--context` had named that one. */
  ofContext(name: string): Configuration {
    return new Configuration(this.given.with('context', name), this.settings, this.voice, this.workingFolder);
  }

  /** The data folder of the embedded system at hand, searched for once. */
  dataFolder(): string | undefined {
    const warn = (text: string) => this.voice.warning(text);
    this.searched ??= { dataFolder: findDataFolder(this.settings.COUNTERSIGN_DATA, this.workingFolder, warn) };
    return this.searched.dataFolder;
  }

  /** @throws Failure when no place says where the gateway is */
  url(): URL {
    const text = this.first('url', this.settings.COUNTERSIGN_URL, 'url');
    if (text === undefined) throw usageFault('no address of a gateway', `give --url, choose a context, or ${start}`);
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
      throw usageFault(`--url ${text} is not http://host:port`);
    }
    return new URL(text);
  }

  /** In lower case, as realms are compared. */
  realmIfAny(): string | undefined {
    return this.first('realm', this.settings.COUNTERSIGN_REALM, 'realm')?.toLowerCase();
  }

  /** @throws Failure when no place names a realm */
  realm(): string {
    const realm = this.realmIfAny();
    if (realm === undefined) throw usageFault('no realm named', 'give --realm');
    return realm;
  }

  /**
   * Id and key that requests are signed with. An id from nearer than its key must be the key's own: a key of another
   * application would only be refused, without saying why.
   * @throws Failure when one of them is missing, or they do not belong together
   */
  credential(): Credential {
    const isContextNearer = this.given.text('context') !== undefined;
    const { COUNTERSIGN_KEY_FILE, COUNTERSIGN_APPLICATION } = this.settings;
    const keyFile = this.given.text('keyFile') ?? (isContextNearer ? undefined : COUNTERSIGN_KEY_FILE);
    const application = this.given.text('application') ?? (isContextNearer ? undefined : COUNTERSIGN_APPLICATION);
    const named = application === undefined ? undefined : registered(application);
    return keyFile === undefined ? this.storedCredential(named) : this.together(this.read(keyFile), named);
  }

  /** Longest wait in milliseconds: `--timeout`, `COUNTERSIGN_TIMEOUT`, or what suits the command. */
  timeoutMs(suiting = 30_000): number {
    const text = this.given.text('timeout');
    if (text !== undefined) return parseTimeout(text, '--timeout');
    const { COUNTERSIGN_TIMEOUT } = this.settings;
    return COUNTERSIGN_TIMEOUT === undefined ? suiting : parseTimeout(COUNTERSIGN_TIMEOUT, 'COUNTERSIGN_TIMEOUT');
  }

  /** Where the bus is and as whom to speak there; the URL may hold a password. */
  bus(): BusPlace {
    const url = this.first(undefined, this.settings.NATS_URL?.reveal(), 'natsUrl');
    if (url === undefined) {
      throw usageFault('no address of the bus', `set NATS_URL, choose a context with natsUrl, or ${start}`);
    }
    const { NATS_NKEY_SEED_FILE, NATS_CERT, NATS_KEY, NATS_INBOX_PREFIX } = this.settings;
    return {
      url,
      credsFile: this.first(undefined, this.settings.NATS_CREDS, 'natsCredsFile'),
      nkeySeedFile: NATS_NKEY_SEED_FILE,
      caFile: this.first(undefined, this.settings.NATS_CA, 'natsCaFile'),
      certFile: NATS_CERT,
      keyFile: NATS_KEY,
      inboxPrefix: NATS_INBOX_PREFIX,
    };
  }

  private first(flag: string | undefined, environment: string | undefined, field: TextField): string | undefined {
    const typed = flag === undefined ? undefined : this.given.text(flag);
    if (typed !== undefined) return typed;
    if (this.given.text('context') !== undefined) return this.source().values[field] ?? environment;
    return environment ?? this.source().values[field];
  }

  private storedCredential(named: string | undefined): Credential {
    const { values, applicationKey, name } = this.source();
    if (named !== undefined && (values.applicationId === undefined || named !== registeredForm(values.applicationId))) {
      throw usageFault(`there is no key for application ${named} in ${name}`, 'name its file with --key-file');
    }
    if (applicationKey !== undefined) return this.together({ applicationKey }, named);
    if (values.keyFile !== undefined) return this.together(this.read(values.keyFile), named);
    throw usageFault('no application key', `give --application and --key-file, choose a context, or ${start}`);
  }

  private read(keyFile: string): KeyFileContent {
    return readKeyFile(keyFile, (text) => this.voice.warning(text));
  }

  private together(key: KeyFileContent, named: string | undefined): Credential {
    if (named !== undefined && key.applicationId !== undefined && named !== key.applicationId) {
      throw usageFault(`the key is of application ${key.applicationId}, not of ${named}`);
    }
    const applicationId = named ?? key.applicationId ?? this.source().values.applicationId;
    if (applicationId === undefined) throw usageFault('no application id for the key', 'give --application');
    return { applicationId: registered(applicationId), applicationKey: key.applicationKey };
  }

  private findSource(): Source {
    const name = this.given.text('context') ?? this.settings.COUNTERSIGN_CONTEXT ?? this.contexts.chosen();
    if (name !== undefined) return { kind: 'context', name: `context ${name}`, values: this.contexts.read(name) };
    const folder = this.dataFolder();
    const demo = folder === undefined ? undefined : readDemoFile(folder);
    if (folder === undefined || demo === undefined) return { kind: 'none', name: 'nowhere', values: {} };
    const path = demoFileOf(folder);
    this.voice.remark(`using ${path}`);
    const { baseUrl: url, realm, applicationId, applicationKey, natsUrl } = demo;
    const values = { url, realm, applicationId, ...(natsUrl === undefined ? {} : { natsUrl }) };
    const replaceApplicationKey = (key: string) => replaceDemoKey(folder, key);
    return { kind: 'demo', name: path, values, applicationKey, replaceApplicationKey };
  }
}

/** @throws Failure for usage when it is no application id */
function registered(applicationId: string): string {
  const id = registeredForm(applicationId);
  if (id === undefined) throw usageFault(`application id ${applicationId} is not 32 hex digits`);
  return id;
}
