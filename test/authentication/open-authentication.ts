import { randomUUID } from 'node:crypto';
import { type RealmProfile, realmSettings } from '@countersign/contracts';
import { type HashParameters, PasswordHasher } from '@countersign/hashing';
import type { ServiceTestDatabase } from '@countersign/testing';
import {
  asked,
  migrateService,
  type OpenService,
  openService,
  type RotatingKeyRing,
  serviceDatabase,
} from '@countersign/testing/service';
import { CreateApplication } from '../../apps/authentication/src/applications/create-application.js';
import { CreateRealm } from '../../apps/authentication/src/realms/create-realm.js';
import { authentication } from '../../apps/authentication/src/service.js';
import { FakeDirectory } from './fake-directory.js';

export { administer, asked, codeOf, only, RotatingKeyRing } from '@countersign/testing/service';

export interface OpenAuthentication extends OpenService {
  readonly directory: FakeDirectory;
  readonly hasher: CountingHasher;
}

export interface OpenOptions {
  readonly keyRing?: RotatingKeyRing;
  readonly directory?: FakeDirectory;
  readonly parameters?: HashParameters;
  readonly isStandbySynchronous?: boolean;
  readonly skewSeconds?: number;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  /** Hashes that may wait. */
  readonly hashingQueueLimit?: number;
}

/** Counts the hash work, for rules about how much of it there may be. */
export class CountingHasher extends PasswordHasher {
  hashes = 0;
  verifications = 0;
  /** The hashes that passwords were checked against; undefined without one. */
  readonly checked: (string | undefined)[] = [];
  private readonly interludes: { hash?: () => unknown; verify?: () => unknown } = {};

  /** Runs something, once, after the next piece of work is done and before it is answered. */
  meanwhile(work: 'hash' | 'verify', act: () => unknown): void {
    this.interludes[work] = act;
  }

  override async hash(password: string, deadlineAt?: number): Promise<string> {
    this.hashes += 1;
    const made = await super.hash(password, deadlineAt);
    await this.interlude('hash');
    return made;
  }
  override async verify(password: string, stored: string | undefined, deadlineAt?: number): Promise<boolean> {
    this.verifications += 1;
    this.checked.push(stored);
    const holds = await super.verify(password, stored, deadlineAt);
    await this.interlude('verify');
    return holds;
  }

  private async interlude(work: 'hash' | 'verify'): Promise<void> {
    const act = this.interludes[work];
    delete this.interludes[work];
    await act?.();
  }
}

export const cheapHashes: HashParameters = { memoryKib: 64, iterations: 1, parallelism: 1 };

/** A migrated database of a spec's own. */
export function authenticationDatabase(): Promise<ServiceTestDatabase> {
  return serviceDatabase(authentication);
}

export function migrateAuthentication(ownerUrl: string): Promise<string[]> {
  return migrateService(authentication, ownerUrl);
}

/** One replica; the directory is a stand-in. */
export async function openAuthentication(runtimeUrl: string, options: OpenOptions = {}): Promise<OpenAuthentication> {
  const directory = options.directory ?? new FakeDirectory();
  const { parameters = cheapHashes, hashingQueueLimit: queueLimit = 300 } = options;
  const hasher = new CountingHasher({ parameters, threads: 1, queueLimit });
  const service = await openService(authentication, runtimeUrl, {
    environment: {
      AUTHENTICATION_SKEW_SECONDS: `${options.skewSeconds ?? 300}`,
      AUTHENTICATION_STANDBY_IS_SYNCHRONOUS: `${options.isStandbySynchronous ?? false}`,
      DATABASE_POOL_SIZE: `${options.poolSize ?? 4}`,
      DATABASE_STATEMENT_TIMEOUT_MS: `${options.statementTimeoutMs ?? 10_000}`,
    },
    ...(options.keyRing !== undefined && { keyRing: options.keyRing }),
    hasher,
    messenger: directory,
  });
  return { ...service, directory, hasher };
}

export async function createRealm(service: OpenAuthentication, profile: RealmProfile = 'compat'): Promise<string> {
  const realm = `r-${randomUUID().slice(0, 8)}`;
  await service.get(CreateRealm).create({ realm, profile, settings: defaultRealmSettings }, asked());
  return realm;
}

export const defaultRealmSettings = realmSettings.parse({});

export async function createApplication(
  service: OpenAuthentication,
  realm?: string,
): Promise<{ applicationId: string; applicationKey: string }> {
  const name = realm ?? (await createRealm(service));
  return service.get(CreateApplication).create({ realm: name, name: 'spec', permissions: ['authentication'] }, asked());
}
