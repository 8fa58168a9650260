import { Problem, setRealm, showRealm } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const line = specCommandLine();

describe('countersign realm set', () => {
  const settings = () => line.requests(setRealm).map((request) => request['settings']);

  it('changes what is named: JSON, plain text, null, and --settings', async () => {
    line.answer(setRealm, () => new Problem('realm.unknown'));
    const words = ['realm', 'set', 'staff', 'supportsGroups=false', 'ownDomain=corp', 'requiredGroups=null'];
    expect(await line.run([...words, '--settings', '{"readOnlyProperties":["email1"]}'])).toMatchObject({
      exitCode: 3,
    });
    expect(settings()).toEqual([
      { supportsGroups: false, ownDomain: 'corp', requiredGroups: null, readOnlyProperties: ['email1'] },
    ]);
  });

  it('hands on only the keys that are named of a setting that is an object, and says in its help that others stay', async () => {
    line.answer(setRealm, () => new Problem('realm.unknown'));
    await line.run(['realm', 'set', 'staff', 'passwordTexts={"policyRefused":"Too short.","changeRefused":null}']);
    expect(settings()).toEqual([{ passwordTexts: { policyRefused: 'Too short.', changeRefused: null } }]);
    const { stdout } = await line.run(['realm', 'set', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('stay, also within one that is an object, such as passwordTexts');
  });

  it.each([
    [[], /nothing to set/],
    [['supportGroups=false'], /supportGroups is no setting/],
    [['supportsGroups'], /not key=json/],
    [['supportsGroups=no'], /supportsGroups: /],
    [['readOnlyProperties=["surname"]'], /is no property/],
    [['--settings', '[]'], /no JSON object/],
    [['ownDomain=a', 'ownDomain=b'], /ownDomain is given twice/],
    [['passwordTexts={"policyRefused":"a"}', '--settings', '{"passwordTexts":{}}'], /passwordTexts is given twice/],
    [['passwordTexts={"policyRefused":5}'], /passwordTexts: /],
    [['passwordTexts={"policeRefused":"a"}'], /unknown text/],
  ])('refuses %j as usage before anything is asked', async (words, message) => {
    const { exitCode, stderr } = await line.run(['realm', 'set', 'staff', ...words]);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign realm show', () => {
  const shown = async (profile: string, settings: object) => {
    const realmId = '0192f0c1-7b7d-7000-8000-000000000001';
    line.answer(showRealm, () => ({
      realmId,
      realm: 'staff',
      profile,
      settings,
      createdAt: '2026-11-22T00:00:00.000Z',
    }));
    return (await line.run(['realm', 'show', 'staff'])).stdout;
  };

  it('has a line for every setting, also for one that is not set', async () => {
    expect(await shown('compat', {})).toMatch(/^usernameInQuery +by profile \(true\)$/m);
    expect(await shown('strict', {})).toMatch(/^usernameInQuery +by profile \(false\)$/m);
    expect(await shown('strict', { usernameInQuery: true })).toMatch(/^usernameInQuery +true$/m);
  });

  it('has one for every key of a setting that is an object, since each is set alone', async () => {
    const stdout = await shown('compat', { passwordTexts: { changeRefused: 'Ask the desk.' } });
    expect(stdout).toMatch(/^passwordTexts +resetRefused ""\n +changeRefused "Ask the desk."$/m);
    expect(stdout).toMatch(/^extendedPropertyNames +\{\}$/m);
  });
});
