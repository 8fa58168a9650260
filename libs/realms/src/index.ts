/**
 * What a service knows of realms. Authentication owns them; it asks every service of the contracts' list `realmKeepers`
 * to adopt a realm when it is made and when its settings change.
 *
 * {@link RealmsModule} answers that and keeps a copy in the table of {@link realmsMigrationSql}: id, name, profile, the
 * settings as they are, and columns that the service derives from them ({@link RealmColumns}). Features find a realm by
 * its name with {@link FindRealm}; {@link eventRealmOf} is that realm as events name it.
 */

export { AdoptRealm } from './adopt-realm.js';
export { eventRealmOf, type NamedRealm } from './event-realm.js';
export { FindRealm } from './find-realm.js';
export type { KnownRealm } from './known-realm.js';
export type { RealmColumn, RealmColumns } from './realm-columns.js';
export { RealmsModule } from './realms.module.js';
export { realmsMigrationSql } from './realms-sql.js';
