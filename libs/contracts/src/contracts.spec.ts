import { describe, expect, it } from '@jest/globals';
import { type AttributeDefinition, attributeDefinitionOf, fitsAttribute } from './attributes.js';
import { createApplication } from './authentication/application.js';
import { importedUser } from './directory/import.js';
import { eventSubject } from './event.js';
import { isWellFormedText, realmName, realmSpelling, reservedRealmNames, text } from './names.js';
import { defineOperation } from './operation.js';
import { isProblemCode, Problem, problems } from './problem.js';
import { fieldOfProperty, propertyNames, propertyOfField, questionNames } from './property-aliases.js';
import { changedSettings, permissions, realmSettings } from './realm.js';
import { events, operations } from './registry.js';
import { userChanges, userField } from './user.js';

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
    for (const name of ['', '*', '>', 'a.b', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(41)]) {
      expect([name, realmName.safeParse(name).success]).toEqual([name, false]);
    }
    expect(realmName.parse('secureauth2')).toBe('secureauth2');
  });

  it('is compared without case', () => {
    expect(realmName.parse('SecureAuth2')).toBe('secureauth2');
    expect(realmSpelling.parse('SecureAuth2')).toBe('SecureAuth2');
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

describe('changes of settings', () => {
  const before = changedSettings(realmSettings.parse({}), {
    dialects: { wire: { ownDomain: 'a.example', texts: { reset: 'no', change: 'never' } } },
    attributes: { badge: { displayName: 'Badge' }, desk: {} },
    requiredGroups: ['staff', 'sales'],
  });
  const after = (changes: Record<string, unknown>) => changedSettings(before, changes);

  it('leave alone what they do not name, key by key in a setting that is an object', () => {
    const changes = { dialects: { wire: { texts: { policy: 'longer' } } }, attributes: { floor: {} } };
    const { wire } = before.dialects;
    const texts = { reset: 'no', change: 'never', policy: 'longer' };
    expect(after(changes)).toEqual({
      ...before,
      dialects: { wire: { ...wire, texts } },
      attributes: { ...before.attributes, floor: {} },
    });
    expect(after({})).toEqual(before);
  });

  it('replace a list as a whole', () => {
    expect(after({ requiredGroups: ['hr'] }).requiredGroups).toEqual(['hr']);
  });

  it('to null take a setting, or a key of one, back to its default', () => {
    expect(after({ dialects: { wire: { ownDomain: null } } }).dialects).toEqual({
      wire: { texts: { reset: 'no', change: 'never' } },
    });
    expect(Object.keys(after({ attributes: { badge: null, other: null } }).attributes)).toEqual(['desk']);
    const { dialects, requiredGroups } = realmSettings.parse({});
    expect(after({ dialects: null, requiredGroups: null })).toMatchObject({ dialects, requiredGroups });
  });

  it('nest no deeper than eight levels below the name of a dialect’s setting, however deep they are', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
    const asObjects = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    for (const nest of [nested, asObjects]) {
      const setting = (levels: number) => ({ dialects: { wire: { deep: nest(levels) } } });
      expect(after(setting(8)).dialects['wire']).toMatchObject({ deep: nest(8) });
      for (const levels of [9, 1_500, 100_000]) {
        expect(() => after(setting(levels))).toThrow('nests deeper than');
        expect(realmSettings.safeParse(setting(levels)).error?.issues).toMatchObject([
          { path: ['dialects', 'wire', 'deep'], message: 'nests deeper than 8' },
        ]);
      }
    }
  });

  it('keep what a newer program has set, which this one cannot change', () => {
    const newer = { ...before, newSetting: [1] };
    expect(changedSettings(newer, { uniqueEmail: true })).toMatchObject({ newSetting: [1], uniqueEmail: true });
    expect(() => after({ newSetting: 2 })).toThrow('unknown setting');
  });

  it('of a dialect are carried as they are, up to a length', () => {
    expect(after({ dialects: { other: { any: [1, { thing: true }] } } }).dialects).toMatchObject({
      other: { any: [1, { thing: true }] },
    });
    expect(() => after({ dialects: { other: { long: 'x'.repeat(32_768) } } })).toThrow('longer than');
    expect(() => after({ dialects: { 'Not A Name': {} } })).toThrow();
  });

  it.each([
    { dialects: [] },
    { dialects: { wire: 'no' } },
    { attributes: { badge: { type: 'colour' } } },
    { readOnlyFields: ['shoeSize'] },
    { uniqueEmail: 'yes' },
    { uniqueEmail: { true: null } },
    { requiredGroups: { 0: 'hr' } },
  ])('are refused when a value does not fit: %j', (changes) => {
    expect(() => after(changes)).toThrow();
  });
});

describe('changes of a user', () => {
  const { emails, phones, attributes, questions } = userChanges;

  it('name each position of a contact once, from 1', () => {
    expect(emails.safeParse([{ position: 1, value: '' }]).success).toBe(true);
    expect(emails.safeParse([{ position: 0, value: 'a@example.com' }]).success).toBe(false);
    const twice = [1, 1].map((position) => ({ position, value: '1' }));
    expect(phones.safeParse(twice).success).toBe(false);
  });

  it('know an attribute or a question by an acceptable name only', () => {
    expect(attributes.parse(JSON.parse('{"__proto__":"x","custom1":"1"}'))).toStrictEqual({ custom1: '1' });
    for (const name of ['a b', '1a', '']) expect(attributes.safeParse({ [name]: 'x' }).success).toBe(false);
    expect(questions.safeParse({ '': { question: 'a', answer: 'b' } }).success).toBe(false);
  });
});

describe('a contact of an import', () => {
  it('without a position takes that of its place', () => {
    expect(
      importedUser.parse({ userId: 'ana', emails: [{ value: 'a@example.com' }, { value: 'b@example.com' }] }).emails,
    ).toEqual([
      { value: 'a@example.com', position: 1 },
      { value: 'b@example.com', position: 2 },
    ]);
    expect(
      importedUser.safeParse({ userId: 'ana', phones: [{ value: '1', position: 2 }, { value: '2' }] }).success,
    ).toBe(false);
  });
});

describe('the attributes of a realm', () => {
  const definition = attributeDefinitionOf({ any: {} }, 'any') as AttributeDefinition;

  it('are those of every realm, and its own', () => {
    expect(attributeDefinitionOf({}, 'custom10')?.writableBy).toBe('applications');
    expect(attributeDefinitionOf({}, 'extended999')?.writableBy).toBe('operators');
    for (const name of ['custom0', 'custom11', 'extended0', 'extended1000', 'toString', 'department'])
      expect(attributeDefinitionOf({}, name)).toBeUndefined();
    expect(attributeDefinitionOf({ department: {} }, 'department')).toEqual(attributeDefinitionOf({}, 'custom1'));
  });

  it('keep what their realm does not declare', () => {
    const named = attributeDefinitionOf({ extended1: { displayName: 'Badge' } }, 'extended1');
    expect([named?.displayName, named?.writableBy]).toEqual(['Badge', 'operators']);
  });

  it('have a longest value, and take the empty one', () => {
    const short = { ...definition, maxLength: 3 };
    expect(['abc', 'abcd', ''].map((value) => fitsAttribute(short, value))).toEqual([true, false, true]);
  });

  it.each([
    ['number', '-1.5', '1e3'],
    ['boolean', 'true', 'yes'],
    ['date', '2026-02-28', '2026-13-01'],
    ['date', '2028-02-29', '2026-02-29'],
  ] as const)('of type %s take %s, not %s', (type, right, wrong) => {
    expect([right, wrong].map((value) => fitsAttribute({ ...definition, type }, value))).toEqual([true, false]);
  });
});

describe('the names of properties', () => {
  it('stand for fields, both ways', () => {
    for (const name of [...propertyNames, ...questionNames, 'ExtProperty7']) {
      const field = fieldOfProperty(name);
      expect(userField.safeParse(field).success).toBe(true);
      expect(propertyOfField(field ?? '')).toBe(name);
    }
    expect([fieldOfProperty('phone5'), fieldOfProperty('ExtProperty0'), propertyOfField('displayName')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
