import { HandledAnswers } from '@countersign/persistence';
import type { ServiceTestDatabase } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  administer,
  asked,
  authenticationDatabase,
  createApplication,
  createRealm,
  type OpenAuthentication,
  openAuthentication,
} from '../../../../test/authentication/open-authentication.js';
import { ShowCredential } from '../applications/show-credential.js';
import { ChangePassword } from '../passwords/change-password.js';
import { RegisterUser } from '../passwords/register-user.js';
import { ResealValues } from './reseal-values.js';
import { ShowKeyRing } from './show-key-ring.js';

let place: ServiceTestDatabase;
let service: OpenAuthentication;
beforeAll(async () => {
  place = await authenticationDatabase();
  service = await openAuthentication(place.runtimeUrl);
});
afterAll(async () => {
  await service.close();
  await place.drop();
});

const password = 'correct horse battery staple';
const countAnswers = async () =>
  (await administer<{ n: number }>(place.url, 'select count(*)::int as n from authentication.handled_request'))[0]?.n ??
  0;
const doneEvents = () =>
  administer<{ details: { keyId: string; count: number } }>(
    place.url,
    `select details from authentication.outbox where type = 'authentication.key-ring.resealed' order by id`,
  );

describe('after the key ring was rotated', () => {
  it('everything is sealed anew, opens as before, and is told once', async () => {
    const realm = await createRealm(service);
    await service
      .get(RegisterUser)
      .run({ realm, userId: 'jdoe', password, properties: {}, knowledgeBase: {} }, asked());
    const made: { applicationId: string; applicationKey: string }[] = [];
    for (let n = 0; n < 46; n += 1) {
      made.push(...(await Promise.all(Array.from({ length: 5 }, () => createApplication(service, realm)))));
    }
    const before = service.keyRing.current().currentKeyId;
    service.keyRing.rotate();
    const after = service.keyRing.current().currentKeyId;
    const answers = await countAnswers();
    expect(answers).toBeGreaterThan(231);
    expect(await service.get(ShowKeyRing).run()).toEqual({
      currentKeyId: after,
      sealed: [{ keyId: before, count: 231 + answers, isInRing: true }],
    });

    const [one, two] = await Promise.all([service.get(ResealValues).run(), service.get(ResealValues).run()]);
    expect(one + two).toBe(231);
    expect((await service.get(ShowKeyRing).run()).sealed).toContainEqual({
      keyId: before,
      count: answers,
      isInRing: true,
    });
    expect(await service.get(HandledAnswers).reseal()).toBe(answers);
    expect((await service.get(ShowKeyRing).run()).sealed).toEqual([{ keyId: after, count: 231, isInRing: true }]);
    for (const { applicationId, applicationKey } of made.slice(0, 5)) {
      expect((await service.get(ShowCredential).run({ applicationId })).keys[0]?.key).toBe(applicationKey);
    }
    const change = { realm, userId: 'jdoe', currentPassword: password, newPassword: `${password} 2` };
    await service.get(ChangePassword).run({ ...change, reportAccountState: true }, asked());
    expect(await doneEvents()).toEqual([{ details: { keyId: after, count: 231 } }]);
    expect(await service.get(ResealValues).run()).toBe(0);
    expect(await doneEvents()).toHaveLength(1);
  }, 30_000);

  it('values that do not open stay, are counted under their key, and stop nothing, however many they are', async () => {
    await createApplication(service);
    await administer(
      place.url,
      `update authentication.application_key set sealed_key = sealed_key || '\\x00'::bytea
       where ctid = any (array(select ctid from authentication.application_key order by ctid limit 120))`,
    );
    const before = service.keyRing.current().currentKeyId;
    service.keyRing.rotate();
    expect(await service.get(ResealValues).run()).toBe(232 - 120);
    await service.get(HandledAnswers).reseal();
    expect((await service.get(ShowKeyRing).run()).sealed).toContainEqual({ keyId: before, count: 120, isInRing: true });
  }, 30_000);
});
