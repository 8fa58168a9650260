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

  it('the names of extended properties, and none once they are taken back', () => {
    const named = { extendedPropertyNames: { ExtProperty1: 'Badge' } };
    expect(valuesOf(named)).toMatchObject({ extended_property_names: '{"ExtProperty1":"Badge"}' });
    expect(valuesOf({})).toMatchObject({ extended_property_names: '{}' });
  });
});
