import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createApplication } from './authentication/application.js';
import { eventSubject } from './event.js';
import { foldName, isWellFormedText, realmName, reservedRealmNames, text } from './names.js';
import { defineOperation } from './operation.js';
import { isProblemCode, Problem, problems } from './problem.js';
import { profileChanges } from './profile.js';
import { changedSettings, permissions, realmSettings } from './realm.js';
import { events, operations } from './registry.js';

describe('operations', () => {
  it('have one subject each', () => {
    const subjects = operations.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(subjects.length).toBeGreaterThan(20);
  });

  it('name at least one asker, and never the service itself', () => {
    for (const { subject, askedBy, service } of operations) {
      expect([subject, askedBy.length]).not.toEqual([subject, 0]);
      expect(askedBy).not.toContain(service);
    }
  });

  it('are refused when the subject is not countersign.v1.<service>.<noun>.<verb>', () => {
    const { request, reply } = operations[0] as (typeof operations)[number];
    const declare = () =>
      defineOperation({ subject: 'x.y', summary: '', askedBy: [], effect: 'none', request, reply, refusals: [] });
    expect(declare).toThrow(/is not countersign\.v1/);
  });
});

describe('an application of which nothing else is said', () => {
  it('may do everything that can be undone', () => {
    const { permissions: given } = createApplication.request.parse({ realm: 'demo', name: 'x' });
    expect(given).toEqual(permissions.filter((permission) => permission !== 'user-deletion'));
    expect(given).toHaveLength(permissions.length - 1);
  });
});

describe('events', () => {
  it('have one type each, and the trail hears all of them', () => {
    const types = events.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    for (const { type, heardBy } of events) expect([type, heardBy.includes('audit')]).toEqual([type, true]);
  });

  it('travel on a subject that names their realm', () => {
    expect(eventSubject('directory.user.created', 'demo')).toBe('countersign.v1.event.demo.directory.user.created');
    expect(eventSubject('directory.key-ring.resealed', undefined)).toBe(
      'countersign.v1.event._.directory.key-ring.resealed',
    );
  });
});

describe('problems', () => {
  it('travel and come back the same', () => {
    const problem = new Problem('store.unavailable', 'connection refused', 1);
    const back = Problem.fromBody(JSON.parse(JSON.stringify(problem.toBody())));
    expect(back.toBody()).toEqual(problem.toBody());
  });

  it('of an unknown code, or no problem at all, read as internal', () => {
    for (const body of [null, 3, {}, { code: 'nope' }, { code: '__proto__' }, { code: 'toString' }]) {
      expect(Problem.fromBody(body).code).toBe('internal');
    }
    expect(isProblemCode('constructor')).toBe(false);
  });

  it('have a status that says refused or failed', () => {
    for (const { status } of Object.values(problems)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('a realm name', () => {
  it('is safe as a token of a subject and as a path segment', () => {
    for (const name of ['', '*', '>', 'a.b', 'A', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(41)]) {
      expect([name, realmName.safeParse(name).success]).toEqual([name, false]);
    }
    expect(realmName.safeParse('secureauth2').success).toBe(true);
  });

  it('has a list of names that are taken', () => {
    expect(reservedRealmNames.has('healthz')).toBe(true);
  });
});

describe('text', () => {
  it('refuses U+0000 and unpaired surrogates, which no store keeps', () => {
    expect(text(10).safeParse('a\0b').success).toBe(false);
    expect(text(10).safeParse('a\ud800b').success).toBe(false);
    expect(isWellFormedText('zoë 🦊')).toBe(true);
  });
});

describe('comparing names', () => {
  it.each([
    ['JDoe', 'jdoe'],
    ['ｊｄｏｅ', 'jdoe'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﬁn', 'fin'],
    ['e\u0301', 'É'],
    ['j\u200bdo\u00ade', 'jdoe'],
  ])('holds %s and %s equal', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it('tells different names apart', () => {
    expect(foldName('jdoe')).not.toBe(foldName('j doe'));
    expect(foldName('jdoe')).not.toBe(foldName('jdoé'));
  });

  it('is stable: folding a folded name changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('changes of settings', () => {
  const before = changedSettings(realmSettings.parse({}), {
    ownDomain: 'a.example',
    passwordTexts: { resetRefused: 'no', changeRefused: 'never' },
    extendedPropertyNames: { ExtProperty1: 'Badge', ExtProperty2: 'Desk' },
    requiredGroups: ['staff', 'sales'],
  });
  const after = (changes: Record<string, unknown>) => changedSettings(before, changes);

  it('leave alone what they do not name, key by key in a setting that is an object', () => {
    const changes = { passwordTexts: { policyRefused: 'longer' }, extendedPropertyNames: { ExtProperty3: 'Floor' } };
    expect(after(changes)).toEqual({
      ...before,
      passwordTexts: { ...before.passwordTexts, policyRefused: 'longer' },
      extendedPropertyNames: { ...before.extendedPropertyNames, ExtProperty3: 'Floor' },
    });
    expect(after({})).toEqual(before);
  });

  it('replace a list as a whole', () => {
    expect(after({ requiredGroups: ['hr'] }).requiredGroups).toEqual(['hr']);
  });

  it('to null take a setting, or a key of one, back to its default', () => {
    expect(after({ passwordTexts: { resetRefused: null } }).passwordTexts).toMatchObject({
      resetRefused: '',
      changeRefused: 'never',
    });
    expect(after({ extendedPropertyNames: { ExtProperty1: null, ExtProperty9: null } }).extendedPropertyNames).toEqual({
      ExtProperty2: 'Desk',
    });
    const { passwordTexts, ownDomain, extendedPropertyNames } = realmSettings.parse({});
    expect(after({ passwordTexts: null, ownDomain: null, extendedPropertyNames: null })).toMatchObject({
      passwordTexts,
      ownDomain,
      extendedPropertyNames,
    });
  });

  it('keep what a newer program has set, which this one cannot change', () => {
    const newer = { ...before, newSetting: [1], passwordTexts: { ...before.passwordTexts, newText: 'x' } };
    expect(changedSettings(newer, { uniqueEmail: true, passwordTexts: { resetRefused: 'y' } })).toMatchObject({
      newSetting: [1],
      uniqueEmail: true,
      passwordTexts: { newText: 'x', resetRefused: 'y' },
    });
    expect(() => after({ newSetting: 2 })).toThrow('unknown setting');
    expect(() => after({ passwordTexts: { newText: '' } })).toThrow('unknown text');
  });

  it.each([
    { passwordTexts: [] },
    { passwordTexts: 'no' },
    { passwordTexts: { resetRefused: 7 } },
    { extendedPropertyNames: { auxId1: 'x' } },
    { uniqueEmail: { true: null } },
    { requiredGroups: { 0: 'hr' } },
  ])('are refused when a value does not fit: %j', (changes) => {
    expect(() => after(changes)).toThrow();
  });
});

describe('changes to a profile', () => {
  it('know only the properties of the contract', () => {
    const { properties, knowledgeBase } = profileChanges;
    expect(properties.safeParse({ phone5: '1' }).success).toBe(false);
    expect(properties.safeParse({ ExtProperty1: 'x' }).success).toBe(false);
    expect(Object.keys(properties.parse(JSON.parse('{"__proto__":"x","phone1":"1"}')))).toEqual(['phone1']);
    expect(properties.safeParse({ phone4: '' }).success).toBe(true);
    expect(knowledgeBase.safeParse({ kbq7: { question: 'a', answer: 'b' } }).success).toBe(false);
  });
});
