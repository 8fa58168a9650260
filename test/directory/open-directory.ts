import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { systemClock, systemRandomness } from '@countersign/clock';
import { type RealmSettings, realmSettings } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { serviceModule } from '@countersign/hosting';
import { type Asked, newAskContext } from '@countersign/messaging';
import { Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { answersSealedWith, Database, migrate, PersistenceModule } from '@countersign/persistence';
import { newKeyRing, parseKeyRing, withNewKey } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';
import { databaseWithRoles, testLogger } from '@countersign/testing';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { entities } from '../../apps/directory/src/entities.js';
import { migrations } from '../../apps/directory/src/migrations/migrations.js';
import { AdoptRealm } from '../../apps/directory/src/realms/adopt-realm.js';
import { features, settings } from '../../apps/directory/src/service.js';

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

/** Settings that a spec has no use for, since it is given what they lead to. */
const specEnvironment = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://127.0.0.1/spec',
};

export interface OpenDirectory {
  readonly keyRing: RotatingKeyRing;
  readonly database: Database;
  get<T>(type: Type<T>): T;
  /** As the superuser: for what no operation does. */
  administer<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Makes a realm known and answers its name. */
  adopt(profile?: 'compat' | 'strict', settings?: Partial<RealmSettings>): Promise<{ id: string; name: string }>;
  close(): Promise<void>;
}

/** The directory's use cases and stores on a database of their own, without the bus. */
export async function openDirectory(poolSize = 8): Promise<OpenDirectory> {
  const place = await databaseWithRoles('directory');
  const logger = testLogger();
  await migrate({ url: place.ownerUrl, schema: 'directory', migrations, logger });
  const keyRing = new RotatingKeyRing();
  const hasher = new PasswordHasher({
    parameters: { memoryKib: 64, iterations: 1, parallelism: 1 },
    threads: 1,
    queueLimit: 100,
  });
  const persistence = PersistenceModule.forRoot({
    url: place.runtimeUrl,
    schema: 'directory',
    entities,
    poolSize,
    statementTimeoutMs: 30_000,
    // specs ask hundreds of things at once, on machines that do other things too
    connectTimeoutMs: 30_000,
    answerSeal: answersSealedWith(keyRing),
    logger,
  });
  const parts = {
    settings: settings.parse(specEnvironment),
    logger,
    metrics: new Metrics('directory'),
    keyRing,
    hasher,
    outbox: new Outbox(systemClock, systemRandomness),
  };
  const app = await NestFactory.createApplicationContext(serviceModule(parts, [persistence], features), {
    abortOnError: false,
    logger: false,
  });
  const administrator = new Client({ connectionString: place.url });
  await administrator.connect();
  return {
    keyRing,
    database: app.get(Database),
    get: (type) => app.get(type),
    administer: async (sql, values = []) => (await administrator.query(sql, values)).rows,
    adopt: async (profile = 'compat', given = {}) => {
      const realm = { id: randomUUID(), name: `r-${randomUUID().slice(0, 8)}` };
      const request = {
        realmId: realm.id,
        realm: realm.name,
        profile,
        settings: realmSettings.parse(given),
        settingsVersion: 1,
      };
      await app.get(AdoptRealm).run({ ...request, settingsVersion: 1 }, asked());
      return realm;
    },
    close: async () => {
      await administrator.end();
      await app.close();
      await hasher.close();
      await place.drop();
    },
  };
}

/** The context of an ask, with an idempotency key of its own unless one is given. */
export function asked(part: Partial<Asked> = {}): Asked {
  return { ...newAskContext({ actor: { kind: 'operator', id: 'spec' } }), caller: 'gateway', ...part };
}
