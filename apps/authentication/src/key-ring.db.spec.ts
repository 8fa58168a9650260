import { registerUser } from '@countersign/contracts';
import { Reseal, ShowKeyRing } from '@countersign/sealed-rows';
import { describe, expect, it } from '@jest/globals';
import { asked, only } from '../../../test/authentication/open-authentication.js';
import { specService } from '../../../test/authentication/spec-service.js';
import { ShowCredential } from './applications/show-credential.js';
import { ChangePassword } from './passwords/change-password.js';
import { RegisterUser } from './users/register-user.js';

const spec = specService();

const password = 'correct horse battery staple';
const countAnswers = () => spec.count('idempotency_record');
const doneEvents = () =>
  spec.sql<{ details: { keyId: string; count: number } }>(
    `select details from outbox where type = 'authentication.key-ring.resealed' order by id`,
  );

describe('after the key ring was rotated', () => {
  it('everything is sealed anew, opens as before, and is told once', async () => {
    const realm = await spec.realm();
    await spec.get(RegisterUser).register(registerUser.request.parse({ realm, userId: 'jdoe', password }), asked());
    const made: { applicationId: string; applicationKey: string }[] = [];
    for (let n = 0; n < 46; n += 1) {
      made.push(...(await Promise.all(Array.from({ length: 5 }, () => spec.application(realm)))));
    }
    await spec.get(Reseal).run();
    const before = spec.keyRing.rotate();
    const after = spec.keyRing.current().currentKeyId;
    const answers = await countAnswers();
    expect(answers).toBeGreaterThan(231);
    expect(await spec.get(ShowKeyRing).show()).toEqual({
      currentKeyId: after,
      sealed: [{ keyId: before, count: 231 + answers, isInRing: true }],
    });

    const walks = await Promise.all([spec.get(Reseal).run(), spec.get(Reseal).run()]);
    expect(walks[0].resealed + walks[1].resealed).toBe(231 + answers);
    expect((await spec.get(ShowKeyRing).show()).sealed).toEqual([{ keyId: after, count: 231, isInRing: true }]);
    for (const { applicationId, applicationKey } of made.slice(0, 5)) {
      const shown = await only(spec.get(ShowCredential).show([{ request: { applicationId }, asked: asked() }]));
      expect(shown.keys[0]?.key).toBe(applicationKey);
    }
    const change = { realm, userId: 'jdoe', currentPassword: password, newPassword: `${password} 2` };
    await spec.get(ChangePassword).change({ ...change, reportAccountState: true }, asked());
    expect(await doneEvents()).toEqual([{ details: { keyId: after, count: 231 } }]);
    await spec.get(Reseal).run();
    expect(await doneEvents()).toHaveLength(1);
  }, 30_000);

  it('values that do not open stay, are counted under their key, and stop nothing, however many they are', async () => {
    await spec.application();
    await spec.sql(`update application_key set sealed_key = sealed_key || '\\x00'::bytea
       where ctid = any (array(select ctid from application_key order by ctid limit 120))`);
    const before = spec.keyRing.current().currentKeyId;
    spec.keyRing.rotate();
    const answers = await countAnswers();
    expect(await spec.get(Reseal).run()).toEqual({ resealed: 232 - 120 + answers, unopened: 120 });
    expect((await spec.get(ShowKeyRing).show()).sealed).toContainEqual({ keyId: before, count: 120, isInRing: true });
  }, 30_000);
});
