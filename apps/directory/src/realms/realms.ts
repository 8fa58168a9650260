import { AdoptRealm } from './adopt-realm.js';
import { FindRealm } from './find-realm.js';
import { RealmHandlers } from './realm.handlers.js';
import { RealmStore } from './realm.store.js';

export const realmHandlers = Object.freeze([RealmHandlers]);
export const realmProviders = Object.freeze([RealmStore, FindRealm, AdoptRealm]);
