import { randomUUID } from 'node:crypto';
import { systemRandomness } from '@countersign/clock';
import {
  addMembers,
  adoptRealmIn,
  commonOperations,
  createGroup,
  createUser,
  deleteGroup,
  listGroups,
  listMembers,
  type Principal,
  realmSettings,
  removeMembers,
  renameGroup,
  showGroup,
  showProfile,
  showUser,
  updateUser,
} from '@countersign/contracts';
import { hostService } from '@countersign/hosting';
import { Bus, Messenger } from '@countersign/messaging';
import type { RunningService } from '@countersign/observability';
import { provisionStreams } from '@countersign/provisioning';
import { newKeyRing } from '@countersign/sealing';
import {
  databaseWithRoles,
  eventually,
  type ServiceTestDatabase,
  startTestNats,
  type TestNats,
} from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { directory as plan } from './service.js';

let nats: TestNats;
let place: ServiceTestDatabase;
let directory: RunningService;
const buses: Bus[] = [];
const realm = `r-${randomUUID().slice(0, 8)}`;

async function join(user: Principal): Promise<Messenger> {
  const bus = await Bus.connect({ url: nats.url, name: `spec-${user}`, user });
  buses.push(bus);
  return new Messenger(bus);
}

const keyRing = newKeyRing(systemRandomness);
const environment = () => ({
  NATS_URL: nats.url,
  DATABASE_URL: place.runtimeUrl,
  DATABASE_OWNER_URL: place.ownerUrl,
  DIRECTORY_KEY_RING: keyRing,
  LOG_LEVEL: 'silent',
});

beforeAll(async () => {
  [nats, place] = await Promise.all([startTestNats(), databaseWithRoles('directory')]);
  const provisioner = await Bus.connect({ url: nats.url, name: 'spec-provisioner', user: 'provisioner' });
  buses.push(provisioner);
  await provisionStreams(provisioner.connection);
  directory = await hostService(plan, environment());
});
afterAll(async () => {
  await directory?.close();
  await Promise.all(buses.map((bus) => bus.close()));
  await nats?.remove();
  await place?.drop();
});

describe('the directory on the bus', () => {
  it('is ready, and says so over HTTP', async () => {
    const answer = await fetch(`${directory.url}/readyz`);
    expect(await answer.json()).toEqual({ status: 'ready', checks: { database: 'up', bus: 'up', keyRing: 'up' } });
  });

  it('answers each asker what it may ask', async () => {
    const [authentication, gateway, operator] = await Promise.all([
      join('authentication'),
      join('gateway'),
      join('operator'),
    ]);
    const realmId = randomUUID();
    const adoption = { realmId, realm, profile: 'compat' as const, settings: realmSettings.parse({}) };
    await authentication.ask(adoptRealmIn.directory, adoption, authentication.newContext());
    const id = randomUUID();
    const user = { id, realm, userId: 'Jane', pin: '4711' };
    expect(await authentication.ask(createUser, user, authentication.newContext())).toEqual({ id });
    await gateway.ask(updateUser, { realm, userId: 'jane', name: { given: 'J' } }, gateway.newContext());
    const shown = await Promise.all(
      Array.from({ length: 50 }, () => gateway.ask(showProfile, { realm, userId: 'JANE' }, gateway.newContext())),
    );
    for (const profile of shown)
      expect(profile).toMatchObject({ id, userId: 'Jane', name: { given: 'J' }, pin: '4711' });
    expect((await operator.ask(showUser, { realm, userId: 'jane' }, operator.newContext())).pin).toBeUndefined();
    await expect(gateway.ask(showProfile, { realm, userId: 'nobody' }, gateway.newContext())).rejects.toMatchObject({
      code: 'user.unknown',
    });
  });

  it('keeps groups and their members', async () => {
    const [gateway, operator] = await Promise.all([join('gateway'), join('operator')]);
    const { id } = await operator.ask(createGroup, { realm, group: 'Staf' }, operator.newContext());
    await operator.ask(renameGroup, { realm, group: 'Staf', newName: 'Staff' }, operator.newContext());
    const both = { realm, userIds: ['jane'], groups: ['staff', 'nowhere'] };
    expect(await gateway.ask(addMembers, both, gateway.newContext())).toEqual({
      failed: [{ userIndex: 0, groupIndex: 1, problem: 'group.unknown' }],
    });
    const one = { realm, group: 'Staff' };
    const { users } = await operator.ask(listMembers, one, operator.newContext());
    expect(users.map(({ userId }) => userId)).toEqual(['Jane']);
    expect(await operator.ask(removeMembers, both, operator.newContext())).toMatchObject({ failed: [{}] });
    const shown = await operator.ask(showGroup, one, operator.newContext());
    expect(await operator.ask(listGroups, { realm, prefix: 'st' }, operator.newContext())).toEqual({ groups: [shown] });
    expect(await operator.ask(deleteGroup, one, operator.newContext())).toEqual({ id });
    expect(await operator.ask(listGroups, { realm }, operator.newContext())).toEqual({ groups: [] });
  });

  it('publishes its events and lists them to who may hear them', async () => {
    const operator = await join('operator');
    const { listEvents, showKeyRing } = commonOperations.directory;
    const page = await eventually(async () => {
      const found = await operator.ask(listEvents, { after: 0 }, operator.newContext());
      expect(found.last).toBeGreaterThanOrEqual(2);
      return found;
    });
    expect(page).toMatchObject({ through: page.last });
    expect((await operator.ask(showKeyRing, {}, operator.newContext())).sealed).toMatchObject([
      { count: 1, isInRing: true },
    ]);
  });

  it('refuses a field that is none, and changes nothing', async () => {
    const gateway = await join('gateway');
    const request = { realm, userId: 'jane', attributes: { 'no name': 'x' }, name: { given: 'X' } };
    const context = gateway.newContext();
    await expect(gateway.ask(updateUser, request, context)).rejects.toMatchObject({ code: 'request.malformed' });
    const { name } = await gateway.ask(showProfile, { realm, userId: 'jane' }, gateway.newContext());
    expect(name.given).toBe('J');
  });
});

describe('a directory with a key ring that opens none of its values', () => {
  it('does not start, and says which keys it needs', async () => {
    const another = { ...environment(), DIRECTORY_KEY_RING: newKeyRing(systemRandomness) };
    const { current } = JSON.parse(keyRing);
    await expect(hostService(plan, another)).rejects.toThrow(
      `the key ring (DIRECTORY_KEY_RING) is not the one of this database: it opens nothing of what is sealed with ${current}`,
    );
  });
});

describe('a directory that may not migrate', () => {
  it('starts on a schema that is up to date, and not on one that is behind', async () => {
    const { DATABASE_OWNER_URL: _, ...withoutOwner } = environment();
    const second = await hostService(plan, withoutOwner);
    await second.close();
    const empty = await databaseWithRoles('directory');
    const behind = hostService(plan, { ...withoutOwner, DATABASE_URL: empty.runtimeUrl });
    await expect(behind).rejects.toThrow(/lacks 2 migrations/);
    await empty.drop();
  });
});
