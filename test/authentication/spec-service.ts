import type { RealmProfile } from '@countersign/contracts';
import type { ServiceTestDatabase } from '@countersign/testing';
import { afterAll, beforeAll } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { Client, escapeIdentifier } from 'pg';
import type { FakeDirectory } from './fake-directory.js';
import {
  administer,
  authenticationDatabase,
  type CountingHasher,
  createApplication,
  createRealm,
  type OpenAuthentication,
  type OpenOptions,
  openAuthentication,
  type RotatingKeyRing,
} from './open-authentication.js';

/** An event as the outbox holds it. */
export interface RecordedEvent {
  readonly type: string;
  readonly details: Record<string, unknown>;
}

/** The service that the specs of one file share, on a database of their own. It can be used from the first `it` on. */
export class SpecService {
  private place: ServiceTestDatabase | undefined;
  private service: OpenAuthentication | undefined;
  private readonly replicas: OpenAuthentication[] = [];

  constructor(private readonly options: OpenOptions) {}

  async open(): Promise<void> {
    this.place = await authenticationDatabase();
    this.service = await openAuthentication(this.place.runtimeUrl, this.options);
  }

  async close(): Promise<void> {
    for (const open of [...this.replicas, this.service]) await open?.close();
    await this.place?.drop();
  }

  /** The first replica. */
  get first(): OpenAuthentication {
    if (this.service === undefined) throw new Error('the service is open within it(...) only');
    return this.service;
  }
  get directory(): FakeDirectory {
    return this.first.directory;
  }
  get hasher(): CountingHasher {
    return this.first.hasher;
  }
  get keyRing(): RotatingKeyRing {
    return this.first.keyRing;
  }
  get<T>(type: Type<T>): T {
    return this.first.get(type);
  }

  /** One more, with the key ring and the directory of the first; it is closed with the rest. */
  async replica(options: OpenOptions = {}): Promise<OpenAuthentication> {
    const { keyRing, directory } = this.first;
    const replica = await openAuthentication(this.database.runtimeUrl, { keyRing, directory, ...options });
    this.replicas.push(replica);
    return replica;
  }

  realm(profile: RealmProfile = 'compat'): Promise<string> {
    return createRealm(this.first, profile);
  }

  /** Registers one, in a realm of its own unless one is given. */
  application(realm?: string): ReturnType<typeof createApplication> {
    return createApplication(this.first, realm);
  }

  /** One statement as the superuser, with the tables of the service in sight. */
  sql<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
    const url = new URL(this.database.url);
    url.searchParams.set('options', '-c search_path=authentication');
    return administer<Row>(url.href, statement, values);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.sql<{ n: number }>(`select count(*)::int as n from ${table}`);
    return row?.n ?? 0;
  }

  /** What the trail hears about a target, in order. */
  eventsOf(targetId: string): Promise<RecordedEvent[]> {
    return this.sql(`select type, details from outbox where target ->> 'id' = $1 order by id`, [targetId]);
  }

  /** Whether the directory is known to have the settings of a realm as they are. */
  async isAdopted(realm: string): Promise<boolean> {
    const found = await this.sql(
      `select from realm join realm_adoption using (realm_id, settings_version)
       where name = $1 and service = 'directory'`,
      [realm],
    );
    return found.length === 1;
  }

  /** Blocks writes to a table. @returns what lets them again */
  async hold(table: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    await client.query('begin');
    await client.query(`lock table authentication.${escapeIdentifier(table)} in share mode`);
    return () => client.end();
  }

  private get database(): ServiceTestDatabase {
    if (this.place === undefined) throw new Error('the database exists within it(...) only');
    return this.place;
  }
}

/** Opens a service before the specs of this file, or of this `describe`, and closes it after them. */
export function specService(options: OpenOptions = {}): SpecService {
  const service = new SpecService(options);
  beforeAll(() => service.open());
  afterAll(() => service.close());
  return service;
}
