import { createRealm, Problem, realmSettings, setRealm, showRealm } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const line = specCommandLine();

describe('countersign realm set', () => {
  it('changes what is named: JSON, plain text, null, by path and by --settings', async () => {
    line.answer(setRealm, () => new Problem('realm.unknown'));
    const words = ['uniqueEmail=true', 'requiredGroups=null', 'dialects.speech.groupNameSuffix=OU=a,DC=b'];
    const more = ['dialects.speech.texts.refused="42"', 'attributes.custom1.displayName=Desk', 'attributes.old=null'];
    const settings = '{"readOnlyFields":["emails.1"],"dialects":{"speech":{"texts":{"changed":null}}}}';
    expect(await line.run(['realm', 'set', 'staff', ...words, ...more, '--settings', settings])).toMatchObject({
      exitCode: 3,
    });
    expect(line.requests(setRealm)).toEqual([
      {
        realm: 'staff',
        settings: {
          readOnlyFields: ['emails.1'],
          dialects: { speech: { texts: { changed: null, refused: '42' }, groupNameSuffix: 'OU=a,DC=b' } },
          uniqueEmail: true,
          requiredGroups: null,
          attributes: { custom1: { displayName: 'Desk' }, old: null },
        },
      },
    ]);
  });

  it('says in its help that others stay, and that the gateway alone knows the settings of dialects', async () => {
    const { stdout } = await line.run(['realm', 'set', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('keep their value; objects are merged');
    expect(stdout.replace(/\s+/g, ' ')).toContain('the schema that the gateway publishes');
  });

  it('says of a name that may be a dialect’s where it would stand', async () => {
    const { exitCode, stderr } = await line.run(['realm', 'set', 'staff', 'ownDomain=corp']);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain('ownDomain is no setting');
    expect(stderr).toContain('dialects.<dialect>.ownDomain');
  });

  it.each([
    [[], /nothing to set/],
    [['uniqueMail=false'], /uniqueMail is no setting/],
    [['uniqueEmail'], /not path=json/],
    [['uniqueEmail=no'], /uniqueEmail: /],
    [['readOnlyFields=["surname"]'], /readOnlyFields\.1: is no field of a user/],
    [['--settings', '[]'], /no JSON object/],
    [['requiredGroups=["a"]', 'requiredGroups=["b"]'], /requiredGroups is given twice/],
    [['dialects.speech.a=1', '--settings', '{"dialects":{"speech":{"a":2}}}'], /dialects\.speech\.a is given twice/],
    [['dialects=null', 'dialects.speech.a=1'], /dialects is given twice/],
    [['dialects.Speech.a=1'], /dialects\.Speech: is not 1 to 31 of a-z/],
    [['dialects.speech=1'], /dialects\.speech: /],
    [['attributes.custom1.type=colour'], /attributes\.custom1\.type: /],
    [['attributes.custom1.displayname=Desk'], /attributes\.custom1\.displayname is no setting/],
    [['attributes.1.type=text'], /attributes\.1: is not a letter/],
    [['uniqueEmail.x=1'], /uniqueEmail: /],
  ])('refuses %j as usage before anything is asked', async (words, message) => {
    const { exitCode, stderr } = await line.run(['realm', 'set', 'staff', ...words]);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign realm create', () => {
  it('takes settings as realm set does; null is the default', async () => {
    line.answer(createRealm, () => new Problem('realm.exists'));
    const words = ['--profile', 'strict', 'uniqueEmail=null', 'dialects.speech.loud=true', 'dialects.speech.low=null'];
    await line.run(['realm', 'create', 'staff', ...words, '--settings', '{"requiredGroups":["a"]}']);
    expect(line.requests(createRealm)).toEqual([
      {
        realm: 'staff',
        profile: 'strict',
        settings: realmSettings.parse({ requiredGroups: ['a'], dialects: { speech: { loud: true } } }),
      },
    ]);
    expect(await line.run(['realm', 'create', 'staff', '--settings', '{"tolerate":false}'])).toMatchObject({
      exitCode: 2,
    });
  });
});

describe('countersign realm show', () => {
  const shown = async (profile: string, settings: object) => {
    const realmId = '0192f0c1-7b7d-7000-8000-000000000001';
    line.answer(showRealm, () => ({
      realmId,
      realm: 'staff',
      spelledAs: 'Staff',
      profile,
      settings,
      createdAt: '2026-11-22T00:00:00.000Z',
    }));
    return (await line.run(['realm', 'show', 'staff'])).stdout;
  };

  it('has a line for every setting, also for one that is not set', async () => {
    const stdout = await shown('compat', { uniqueEmail: true });
    expect(stdout).toMatch(/^uniqueEmail +true$/m);
    expect(stdout).toMatch(/^readOnlyFields +\[\]$/m);
    expect(stdout).toMatch(/^dialects +\{\}$/m);
  });

  it('has one for every key of a setting that is an object, by the path that sets it', async () => {
    const dialects = { speech: { loud: true, texts: { changed: 'Ask the desk.' } } };
    const attributes = { custom1: { displayName: 'Desk', writableBy: 'operators' } };
    const stdout = await shown('compat', { dialects, attributes });
    expect(stdout).toMatch(/^dialects\.speech\.loud +true$/m);
    expect(stdout).toMatch(/^dialects\.speech\.texts\.changed +"Ask the desk\."$/m);
    expect(stdout).toMatch(/^attributes\.custom1\.displayName +"Desk"$/m);
    expect(stdout).toMatch(/^attributes\.custom1\.writableBy +"operators"$/m);
    expect(stdout).not.toContain('attributes.custom1.type');
  });
});
