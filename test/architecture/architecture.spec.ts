import { describe, expect, it } from '@jest/globals';
import { backwardAsks } from './rules/contracts.js';
import * as importRules from './rules/imports.js';
import * as projectRules from './rules/project-dependencies.js';
import * as roomRules from './rules/rooms.js';
import { constantTime, plantedComparisons } from './rules/secrets.js';
import * as shapeRules from './rules/shape.js';
import { vendorWordsAtHome } from './rules/vendor-words.js';
import { planted, type Rule, readWorkspace } from './workspace.js';

const workspace = readWorkspace();
const rules: readonly Rule[] = [
  ...[projectRules, importRules, roomRules, shapeRules].flatMap((module) => Object.values(module)),
  constantTime,
  vendorWordsAtHome,
];

describe('the architecture', () => {
  it('is read at all', () => {
    expect(workspace.projects.length).toBeGreaterThan(15);
    expect(workspace.files.length).toBeGreaterThan(100);
  });

  describe.each(rules.map((rule) => [rule.sentence, rule] as const))('%s', (_sentence, rule) => {
    it('holds', () => expect(rule.breaches(workspace)).toEqual([]));
    it('bites a planted breach', () => expect(rule.breaches(rule.canary)).not.toEqual([]));
  });

  describe(`${constantTime.sentence}, however it is written`, () => {
    it.each(plantedComparisons)('%s', (line) => {
      expect(constantTime.breaches(planted('libs/sealing/src/seal.ts', `${line}\n`))).toHaveLength(1);
    });

    it.each([
      "if (typeof password !== 'string') return;",
      'if (mac === undefined) return;',
      'if (mac?.length !== MAC_BYTES) return;',
      "if (password === '') return;",
      'if (requestHash !== hashOf) return;',
      'return timingSafeEqual(expected, mac);',
    ])('and not: %s', (line) => {
      expect(constantTime.breaches(planted('libs/sealing/src/seal.ts', `${line}\n`))).toEqual([]);
    });
  });

  it(`${importRules.noImportUpward.sentence}: each floor bites`, () => {
    const { breaches, canary } = importRules.noImportUpward;
    expect(breaches(canary).map((breach) => breach.split(':')[0])).toEqual([
      'libs/messaging/src/wire/a.ts',
      'apps/gateway/src/exchange/a.ts',
      'scripts/a.mjs',
    ]);
  });

  describe('asking runs one way, from the gateway down', () => {
    it('holds', () => expect(backwardAsks()).toEqual([]));
    it('bites a planted breach', () => {
      const subject = 'countersign.v1.authentication.a.b';
      expect(backwardAsks([{ subject, service: 'authentication', askedBy: ['directory'] }])).not.toEqual([]);
    });
  });
});
