import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { systemClock, systemRandomness } from '@countersign/clock';
import { type RealmProfile, realmSettings } from '@countersign/contracts';
import { type HashParameters, PasswordHasher } from '@countersign/hashing';
import { serviceModule } from '@countersign/hosting';
import { type Asked, Messenger, newAskContext } from '@countersign/messaging';
import { Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { answersSealedWith, Database, migrate, PersistenceModule } from '@countersign/persistence';
import { newKeyRing, parseKeyRing, withNewKey } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';
import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { CreateApplication } from '../../apps/authentication/src/applications/create-application.js';
import { ClaimKeeper } from '../../apps/authentication/src/claims/claim-keeper.js';
import { entities } from '../../apps/authentication/src/entities.js';
import { migrations } from '../../apps/authentication/src/migrations/migrations.js';
import { CreateRealm } from '../../apps/authentication/src/realms/create-realm.js';
import { features, settings } from '../../apps/authentication/src/service.js';
import { FakeDirectory } from './fake-directory.js';

/** A key ring that a spec rotates under the running service, as an operator does with the file. */
export class RotatingKeyRing implements KeyRingSource {
  private text = newKeyRing(systemRandomness);

  current() {
    return parseKeyRing(this.text);
  }
  knowing(keyId: string) {
    const ring = this.current();
    return ring.has(keyId) ? ring : undefined;
  }
  rotate(): void {
    this.text = withNewKey(this.text, systemRandomness);
  }
  /** Another ring altogether: as if the file had been lost. */
  replace(): void {
    this.text = newKeyRing(systemRandomness);
  }
}

class SpecMessaging {}

/** Settings that a spec has no use for, since it is given what they lead to. */
const specEnvironment = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://127.0.0.1/spec',
  DATABASE_STATEMENT_TIMEOUT_MS: '10000',
};

export interface OpenAuthentication {
  readonly keyRing: RotatingKeyRing;
  readonly directory: FakeDirectory;
  readonly database: Database;
  readonly hasher: CountingHasher;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly keyRing?: RotatingKeyRing;
  readonly directory?: FakeDirectory;
  readonly parameters?: HashParameters;
  readonly isStandbySynchronous?: boolean;
  readonly skewSeconds?: number;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
}

/** Counts the hash work, for rules about how much of it there may be. */
export class CountingHasher extends PasswordHasher {
  hashes = 0;
  verifications = 0;
  /** What passwords were held against; undefined for nobody's. */
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
export async function authenticationDatabase(): Promise<ServiceTestDatabase> {
  const place = await databaseWithRoles('authentication');
  await migrateAuthentication(place.ownerUrl);
  return place;
}

export function migrateAuthentication(ownerUrl: string): Promise<string[]> {
  return migrate({ url: ownerUrl, schema: 'authentication', migrations, logger: testLogger() });
}

/** The use cases and stores of one replica, without the bus; the directory is a stand-in. */
export async function openAuthentication(runtimeUrl: string, options: OpenOptions = {}): Promise<OpenAuthentication> {
  const logger = testLogger();
  const keyRing = options.keyRing ?? new RotatingKeyRing();
  const directory = options.directory ?? new FakeDirectory();
  const hasher = new CountingHasher({ parameters: options.parameters ?? cheapHashes, threads: 1, queueLimit: 300 });
  const persistence = PersistenceModule.forRoot({
    url: runtimeUrl,
    schema: 'authentication',
    entities,
    poolSize: options.poolSize ?? 4,
    statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
    // a machine that is busy with other specs is no outage
    connectTimeoutMs: 10_000,
    answerSeal: answersSealedWith(keyRing),
    logger,
  });
  const parts = {
    settings: settings.parse({
      ...specEnvironment,
      AUTHENTICATION_SKEW_SECONDS: `${options.skewSeconds ?? 300}`,
      AUTHENTICATION_STANDBY_IS_SYNCHRONOUS: `${options.isStandbySynchronous ?? false}`,
    }),
    logger,
    metrics: new Metrics('authentication'),
    keyRing,
    hasher,
    outbox: new Outbox(systemClock, systemRandomness),
  };
  const providers = [{ provide: Messenger, useValue: directory }];
  const messaging = { module: SpecMessaging, global: true, providers, exports: providers };
  const app = await NestFactory.createApplicationContext(serviceModule(parts, [persistence, messaging], features), {
    abortOnError: false,
    logger: false,
  });
  await app.get(ClaimKeeper).keep();
  return {
    keyRing,
    directory,
    hasher,
    database: app.get(Database),
    get: (type) => app.get(type),
    close: async () => {
      await app.close();
      await hasher.close();
    },
  };
}

/** One statement as the superuser: for what no operation does. */
export async function administer<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client
    .query(sql, values)
    .then(({ rows }) => rows)
    .finally(() => client.end());
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

/** The context of an ask, with an idempotency key of its own unless one is given. */
export function asked(part: Partial<Asked> = {}): Asked {
  return { ...newAskContext({ actor: { kind: 'operator', id: 'spec' } }), caller: 'gateway', ...part };
}

/** `done`, or the code of the problem. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
}
