import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealm, listUsers, Problem, realmSettings, setRealm, showUser } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const line = specCommandLine();
const texts = { type: 'object', properties: { refused: { type: ['string', 'null'], maxLength: 5 } } };
const speech = {
  type: 'object',
  required: ['loud'],
  properties: {
    loud: { type: 'boolean', default: true },
    voice: { type: 'string', enum: ['high', 'low'] },
    ownDomain: { type: 'string' },
    texts: { default: {}, ...texts },
  },
};

let gateway: Server;
let url: string;
let answer: string;
beforeAll(async () => {
  gateway = createServer((request, response) => {
    if (answer !== 'never') response.end(request.url === '/openapi.json' ? answer : '');
  });
  await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
beforeEach(() => {
  answer = JSON.stringify({ 'x-realm-settings': { speech } });
  line.answer(setRealm, () => new Problem('realm.unknown'));
  line.answer(createRealm, () => new Problem('realm.exists'));
});
afterAll(() => {
  gateway.closeAllConnections();
  gateway.close();
});

const set = (...words: string[]) => line.run(['realm', 'set', 'staff', ...words, '--url', url]);

describe('settings of a dialect are checked against what the gateway publishes', () => {
  it.each([
    ['dialects.speach.loud=true', 'dialects.speach is no dialect of the gateway'],
    ['dialects.speech.laud=true', 'unknown field dialects.speech.laud'],
    ['dialects.speech.loud=yes', 'dialects.speech.loud: invalid input: expected boolean'],
    ['dialects.speech.loud={}', 'dialects.speech.loud: invalid input: expected boolean'],
    ['dialects.speech.voice=deep', 'dialects.speech.voice: invalid option'],
    ['dialects.speech.texts.changed=No', 'unknown field dialects.speech.texts.changed'],
    ['dialects.speech.texts.refused="longer"', 'dialects.speech.texts.refused: too big'],
    ['dialects.speech.texts.refused=42', 'dialects.speech.texts.refused: '],
  ])('%s is refused as usage before anything is asked', async (word, message) => {
    for (const verb of ['set', 'create']) {
      const { exitCode, stderr } = await line.run(['realm', verb, 'staff', word, '--url', url]);
      expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
      expect(stderr).toContain(message);
    }
  });

  it('what fits is set, some of it or all', async () => {
    const { stderr } = await set('dialects.speech.voice=low', 'dialects.speech.texts.refused=No');
    expect(stderr).not.toContain('not checked');
    expect(line.requests(setRealm)).toEqual([
      { realm: 'staff', settings: { dialects: { speech: { voice: 'low', texts: { refused: 'No' } } } } },
    ]);
  });

  it.each(['dialects', 'dialects.gone', 'dialects.gone.loud', 'dialects.speech.laud', 'dialects.speech.texts.old'])(
    '%s=null puts back to the default, whatever the gateway knows',
    async (path) => {
      const { stderr } = await set(`${path}=null`);
      expect([stderr.includes('not checked'), line.requests(setRealm)]).toMatchObject([false, [{ realm: 'staff' }]]);
    },
  );

  it.each([
    ['describes none', () => '{}'],
    ['says no JSON', () => 'no JSON'],
    ['does not answer in time', () => 'never'],
  ])('a gateway that %s is a warning', async (_what, said) => {
    answer = said();
    const { stderr } = await set('dialects.speech.loud=yes');
    expect(stderr).toContain('dialect settings were not checked: ');
    expect(line.requests(setRealm)).toHaveLength(1);
  });

  it('a gateway that cannot be reached, or that nothing names, is a warning', async () => {
    for (const more of [['--url', 'http://127.0.0.1:1'], []]) {
      const { stderr } = await line.run(['realm', 'set', 'staff', 'dialects.speech.loud=yes', ...more]);
      expect(stderr).toContain('dialect settings were not checked: ');
    }
    expect(line.requests(setRealm)).toHaveLength(2);
  });

  it('that hide a user are a warning: the id holds the domain that is cut off, and is no alias without it', async () => {
    const realm = {
      realmId: '0192f0c1-7b7d-7000-8000-000000000001',
      realm: 'staff',
      spelledAs: 'staff',
      profile: 'compat' as const,
      createdAt: '2026-11-22T00:00:00.000Z',
    };
    const found = {
      id: realm.realmId,
      userId: 'corp\\jane',
      state: 'active' as const,
      name: {},
      createdAt: realm.createdAt,
    };
    line.answer(setRealm, () => ({
      ...realm,
      settings: realmSettings.parse({ dialects: { speech: { ownDomain: 'CORP' } } }),
    }));
    line.answer(listUsers, () => ({ users: [found] }));
    const unset = {
      ...{ stateChangedAt: realm.createdAt, updatedAt: realm.createdAt, isGroupMissing: false },
      ...{ aliases: [], emails: [], phones: [], groups: [], attributes: {}, questions: {} },
    };
    let jane: typeof found | undefined;
    line.answer(showUser, () => (jane === undefined ? new Problem('user.unknown') : { ...jane, ...unset }));
    const warned = await set('dialects.speech.ownDomain=CORP');
    const text =
      'dialects.speech.ownDomain: applications cannot find user corp\\jane, since dialects cut the own domain off; rename the user or add the alias jane\n';
    expect(warned).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(text) });
    expect(line.requests(listUsers)).toMatchObject([{ realm: 'staff', prefix: 'CORP\\' }]);
    // another user has that name
    jane = { ...found, id: '0192f0c1-7b7d-7000-8000-000000000002' };
    expect((await set('dialects.speech.ownDomain=CORP')).stderr).toContain(text);
    // the name is an alias of the user
    jane = found;
    expect((await set('dialects.speech.ownDomain=CORP')).stderr).not.toContain('cannot find');
    expect(line.requests(showUser)).toMatchObject([{ userId: 'jane' }, { userId: 'jane' }, { userId: 'jane' }]);
    line.answer(listUsers, () => ({ users: [] }));
    expect((await set('dialects.speech.ownDomain=CORP')).stderr).not.toContain('cannot find');
    expect((await set('uniqueEmail=true')).stderr).not.toContain('cannot find');
  });

  it('no gateway is asked where no dialect is named', async () => {
    answer = 'never';
    expect((await set('uniqueEmail=true')).stderr).not.toContain('not checked');
  });
});
