import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ssha } from '../../../../test/authentication/foreign-hashes.js';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { FindRealm } from '../realms/find-realm.js';
import { ExportPasswords } from './export-passwords.js';

const spec = specService();
const { register, importUsers, exportPasswords } = peopleOf(spec);
const exportsOf = async (realm: string) => {
  const events = await spec.eventsOf((await spec.get(FindRealm).find(realm)).realmId);
  return events.filter(({ type }) => type === 'authentication.password.exported').map(({ details }) => details);
};

describe('handing out password hashes', () => {
  it('gives those that there are, once each, and records whose', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'ours');
    await importUsers(realm, [{ userId: 'theirs', passwordHash: ssha(good) }, { userId: 'bare' }]);
    const [theirs, bare] = ['theirs', 'bare'].map((userId) => spec.directory.user(realm, userId).id);
    const { passwords } = await exportPasswords(realm, [id, String(theirs), String(bare), randomUUID(), id]);
    expect(passwords).toEqual([
      { id, passwordHash: expect.stringMatching(/^\$argon2id\$/) },
      { id: theirs, passwordHash: ssha(good) },
    ]);
    expect(await exportsOf(realm)).toEqual([{ ids: [id, theirs] }]);
  });

  it('is recorded each time, and no answer is kept', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    const { id } = await register(realm, 'jdoe');
    const before = await spec.count('idempotency_record');
    for (const _ of [1, 2]) await spec.get(ExportPasswords).export({ realm, ids: [id] }, context);
    expect([(await exportsOf(realm)).length, await spec.count('idempotency_record')]).toEqual([2, before]);
  });

  it('never puts a hash into an event', async () => {
    const realm = await spec.realm();
    await importUsers(realm, [{ userId: 'jdoe', passwordHash: ssha(good) }]);
    await exportPasswords(realm, [spec.directory.user(realm, 'jdoe').id]);
    const [all] = await spec.sql<{ text: string }>(`select string_agg(o::text, '') as text from outbox o`);
    expect(all?.text).not.toContain(ssha(good).slice(6));
  });

  it('gives nothing of another realm, and records nothing then', async () => {
    const [realm, other] = [await spec.realm(), await spec.realm()];
    const { id } = await register(realm, 'jdoe');
    expect(await exportPasswords(other, [id])).toEqual({ passwords: [] });
    expect([await exportsOf(other), await exportsOf(realm)]).toEqual([[], []]);
    expect(await codeOf(exportPasswords('no-such-realm', [id]))).toBe('realm.unknown');
  });

  it('that the key ring cannot open hands out none of the page, and records none', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    spec.keyRing.replace();
    const other = await register(realm, 'other');
    expect(await codeOf(exportPasswords(realm, [id, other.id]))).toBe('key_ring.key_unknown');
    expect(await exportsOf(realm)).toEqual([]);
  });
});
