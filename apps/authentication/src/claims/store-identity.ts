/**
 * SQL for what tells this store from a copy of it: the cluster (unlike after a restore elsewhere), the database
 * (unlike in a database made from a template) and the table (unlike after a dump was read in).
 */
export const storeIdentitySql = `(cluster_and_database() || '.' || 'claim'::regclass::oid::text)`;

/** SQL for the timeline that this server writes: another one after the promotion of a standby. Primary only. */
export const storeTimelineSql = `left(pg_walfile_name(pg_current_wal_lsn()), 8)`;
