import { realmSettings } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { realmColumns } from './realm-columns.js';

const valuesOf = (settings: object) =>
  Object.fromEntries(
    Object.entries(realmColumns).map(([name, { derive }]) => [name, derive(realmSettings.parse(settings))]),
  );

describe('of the settings of a realm the directory keeps apart', () => {
  it('the groups of which a user must have one, each once, as names are compared', () => {
    const settings = { requiredGroups: ['Staff', 'STAFF', 'Ｓtaff'] };
    expect(valuesOf(settings)).toMatchObject({ required_group_keys: ['staff'] });
  });

  it('what it says of fields, where it says anything', () => {
    const settings = { attributes: { risk: { readableBy: 'operators' } }, readOnlyFields: ['pin'] };
    expect(JSON.parse(String(valuesOf(settings).field_rules))).toMatchObject(settings);
    expect(valuesOf({ uniqueEmail: true })).toMatchObject({ field_rules: null });
  });
});
