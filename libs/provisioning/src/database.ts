import { DatabaseError, escapeIdentifier } from 'pg';
import { asAdministrator } from './administrator.js';

/** The name of the database that an address leads to; empty where it names none. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** Another session made it between our look and our attempt. */
const alreadyThere = new Set(['42P04', '23505']);

/**
 * Makes the database that the URL names, unless it exists.
 *
 * @param adminUrl `postgres://` URL of a role that may create databases
 */
export async function ensureDatabase(adminUrl: string): Promise<void> {
  const url = new URL(adminUrl);
  const database = databaseOf(adminUrl);
  if (await canConnect(adminUrl)) return;
  url.pathname = '/postgres';
  // a locale that goes with every encoding, and whose order no update of the system changes under an index
  const form = `encoding 'UTF8' locale_provider libc locale 'C' template template0`;
  try {
    await asAdministrator(url.href, (client) => client.query(`create database ${escapeIdentifier(database)} ${form}`));
  } catch (fault) {
    if (!(fault instanceof DatabaseError && alreadyThere.has(fault.code ?? ''))) throw fault;
  }
}

/** Whether the database exists. @throws every fault other than its absence */
async function canConnect(url: string): Promise<boolean> {
  try {
    return await asAdministrator(url, async () => true);
  } catch (fault) {
    if (fault instanceof DatabaseError && fault.code === '3D000') return false;
    throw fault;
  }
}
