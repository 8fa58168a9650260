import { AdoptRealm } from './adopt-realm.js';
import { AdoptRealms } from './adopt-realms.js';
import { ChangeSettings } from './change-settings.js';
import { CreateRealm } from './create-realm.js';
import { FindRealm } from './find-realm.js';
import { ListRealms } from './list-realms.js';
import { RealmHandlers } from './realm.handlers.js';
import { RealmStore } from './realm.store.js';

export const realmHandlers = [RealmHandlers];
export const realmProviders = [RealmStore, FindRealm, ListRealms, AdoptRealm, AdoptRealms, CreateRealm, ChangeSettings];
