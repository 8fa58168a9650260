import { z } from 'zod';
import { realmName, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { keptRealmSettings, realmProfiles } from '../realm.js';

/** Asked again with the same realm it only brings the settings up to date. */
export const adoptRealm = defineOperation({
  subject: 'countersign.v1.directory.realm.adopt',
  summary: 'makes a realm, or its changed settings, known to the directory',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({
    realmId: uuid,
    realm: realmName,
    profile: z.enum(realmProfiles),
    settings: keptRealmSettings,
    /** Grows with every change: an older one that arrives late changes nothing. */
    settingsVersion: z.int().min(1).default(1),
  }),
  reply: z.object({}),
  refusals: ['realm.exists'],
});
