import { randomUUID } from 'node:crypto';
import { monotonicMs } from '@countersign/clock';
import { createUser, importUserRecords } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';
import { CreateUser } from './create-user.js';

const directory = specDirectory();
const users = new Users(directory);

const late = () => asked({ deadlineAt: monotonicMs() });
const who = (realm: string, userId: string) => ({ realm, userId, pin: '4711' });
const overloaded = { code: 'password.hashing_overloaded' };

describe('a PIN whose asker has been answered (guarantee G8)', () => {
  it('is not hashed any more in a strict realm: nothing is created, changed or imported', async () => {
    const { name: realm } = await directory.adopt('strict');
    await directory
      .get(CreateUser)
      .create(createUser.request.parse({ id: randomUUID(), ...who(realm, 'jane') }), asked());
    const john = createUser.request.parse({ id: randomUUID(), ...who(realm, 'john') });
    await expect(directory.get(CreateUser).create(john, late())).rejects.toMatchObject(overloaded);
    await expect(users.update(realm, 'jane', { pin: '4711' }, late())).rejects.toMatchObject(overloaded);
    const records = importUserRecords.request.parse({ realm, users: [john] });
    await expect(directory.get(ImportUserRecords).import(records, late())).rejects.toMatchObject(overloaded);
    await expect(users.profile(realm, 'john')).rejects.toMatchObject({ code: 'user.unknown' });
  });
});
