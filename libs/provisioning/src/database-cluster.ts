import { type Client, DatabaseError } from 'pg';
import { asAdministrator } from './administrator.js';

/** Databases that PostgreSQL makes for itself and opens to everybody. */
const ownDatabases = ['postgres', 'template1'];
const insufficientPrivilege = '42501';

/**
 * Closes the databases beside ours to all but superusers, so that the role of a service reaches its own database and no
 * other. For a cluster that is ours alone: elsewhere others may be using them.
 *
 * @param adminUrl `postgres://` URL of a superuser; where the role may not, nothing changes
 */
export async function closeOtherDatabases(adminUrl: string): Promise<void> {
  await asAdministrator(adminUrl, async (client) => {
    for (const database of ownDatabases) await close(client, database);
  });
}

async function close(client: Client, database: string): Promise<void> {
  const { rows } = await client.query(
    `select 1 from pg_database where datname = $1 and has_database_privilege('public', oid, 'connect')`,
    [database],
  );
  if (rows.length === 0) return;
  try {
    await client.query(`revoke all on database ${database} from public`);
  } catch (fault) {
    if (!(fault instanceof DatabaseError && fault.code === insufficientPrivilege)) throw fault;
  }
}
