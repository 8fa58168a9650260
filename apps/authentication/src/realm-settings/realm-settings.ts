import { RealmSettingsHandlers } from './realm-settings.handlers.js';
import { SetRealm } from './set-realm.js';

/** What reaches both realms and their applications. */
export const realmSettingsHandlers = [RealmSettingsHandlers];
export const realmSettingsProviders = [SetRealm];
