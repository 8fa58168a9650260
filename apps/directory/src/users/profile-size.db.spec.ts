import { randomUUID } from 'node:crypto';
import { importUserRecords } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';

const directory = specDirectory();
const users = new Users(directory);

const byOperator = () => ({ context: asked({ actor: { kind: 'operator', id: 'o' } }) });
const refused = { code: 'user.property_invalid', detail: expect.stringMatching(/longer together than 262144 bytes/) };
const attributes = (from: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`extended${from + index}`, 'x'.repeat(500)]));
/** Some 190 KiB; a hundred attributes have 50. */
const phones = Array.from({ length: 95 }, (_, index) => ({ position: index + 1, value: '7'.repeat(1_900) }));

describe('contacts, attributes and aliases of a user', () => {
  it('have an end together, whichever comes last; what was there stays', async () => {
    const { name: realm } = await directory.adopt();
    await users.create(realm, 'jane', { attributes: attributes(1, 200) }, byOperator());
    await expect(users.update(realm, 'jane', { phones }, byOperator().context)).rejects.toMatchObject(refused);
    await users.create(realm, 'joan', { phones }, byOperator());
    await expect(
      users.update(realm, 'joan', { attributes: attributes(1, 200) }, byOperator().context),
    ).rejects.toMatchObject(refused);
    await users.update(realm, 'joan', { attributes: attributes(1, 100) }, byOperator().context);
    await expect(
      users.update(realm, 'joan', { attributes: attributes(101, 100) }, byOperator().context),
    ).rejects.toMatchObject(refused);
    expect(Object.keys((await users.show(realm, 'joan')).attributes)).toHaveLength(100);
  });

  it('have it at a creation and in an import too', async () => {
    const { name: realm } = await directory.adopt();
    const whole = { attributes: attributes(1, 200), phones };
    await expect(users.create(realm, 'jane', whole, byOperator())).rejects.toMatchObject(refused);
    const request = importUserRecords.request.parse({ realm, users: [{ id: randomUUID(), userId: 'jane', ...whole }] });
    const { outcomes } = await directory.get(ImportUserRecords).import(request, byOperator().context);
    expect(outcomes).toMatchObject([{ outcome: 'refused', problem: refused.code, detail: refused.detail }]);
  });
});
