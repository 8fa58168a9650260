import { randomBytes } from 'node:crypto';
import { systemRandomness } from '@countersign/clock';
import {
  adoptRealmIn,
  claimRequest,
  commonOperations,
  createApplication,
  createRealm,
  type Principal,
  realmKeepers,
  showCredential,
} from '@countersign/contracts';
import { hostService } from '@countersign/hosting';
import { askSubjectOf, Bus, Messenger } from '@countersign/messaging';
import type { RunningService } from '@countersign/observability';
import { newKeyRing } from '@countersign/sealing';
import { databaseWithRoles, type ServiceTestDatabase, startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authentication } from './service.js';

let nats: TestNats;
let place: ServiceTestDatabase;
let replicas: RunningService[];
const buses: Bus[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  place = await databaseWithRoles('authentication');
  const environment = {
    NATS_URL: nats.url,
    DATABASE_URL: place.runtimeUrl,
    DATABASE_OWNER_URL: place.ownerUrl,
    DATABASE_POOL_SIZE: '3',
    LOG_LEVEL: 'silent',
    AUTHENTICATION_KEY_RING: newKeyRing(systemRandomness),
    AUTHENTICATION_ARGON2_MEMORY_KIB: '64',
  };
  replicas = await Promise.all([1, 2].map(() => hostService(authentication, environment)));
  for (const keeper of realmKeepers) {
    const { connection } = await join(keeper);
    connection.subscribe(askSubjectOf(adoptRealmIn[keeper].subject, 'authentication'), {
      callback: (_, message) => void message.respond('{}'),
    });
    await connection.flush();
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await Promise.all(replicas.map((replica) => replica.close()));
  await nats.remove();
  await place.drop();
});

async function join(user: Principal): Promise<Bus> {
  const bus = await Bus.connect({ url: nats.url, name: `spec-${user}`, user });
  buses.push(bus);
  return bus;
}

async function messengerOf(user: 'gateway' | 'operator'): Promise<Messenger> {
  const bus = await join(user);
  return new Messenger(bus);
}

describe('authentication, two replicas that were started together', () => {
  it('are ready', async () => {
    for (const { url } of replicas) {
      const response = await fetch(`${url}/readyz`);
      expect([response.status, await response.json()]).toEqual([
        200,
        { status: 'ready', checks: { database: 'up', bus: 'up', keyRing: 'up', claims: 'up' } },
      ]);
    }
  });

  it('give an application a key, show it to a gateway, and let its signature be spent once', async () => {
    const [operator, gateway] = [await messengerOf('operator'), await messengerOf('gateway')];
    const { realm } = await operator.ask(createRealm, { realm: 'demo' }, operator.newContext());
    const made = await operator.ask(createApplication, { realm, name: 'x' }, operator.newContext());
    const { applicationId } = made;
    const credential = await gateway.ask(showCredential, { applicationId }, gateway.newContext());
    expect(credential).toMatchObject({ realm: 'demo', keys: [{ keyVersion: 1, key: made.applicationKey }] });
    const signature = {
      applicationId,
      version: credential.version,
      keyVersion: 1,
      mac: randomBytes(32).toString('base64'),
      signedAt: Date.now(),
    };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => gateway.ask(claimRequest, signature, gateway.newContext())),
    );
    expect(outcomes.filter(({ verdict }) => verdict === 'won')).toHaveLength(1);
    const ring = await operator.ask(commonOperations.authentication.showKeyRing, {}, operator.newContext());
    expect(ring.sealed).toEqual([{ keyId: ring.currentKeyId, count: 1, isInRing: true }]);
  });
});
