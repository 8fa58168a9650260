import { isConnectionBroken } from '@countersign/persistence/store-fault';
import { Client } from 'pg';

const CONNECTED_WITHIN_MS = 10_000;
/** Longer than a database takes to be made, and what a statement may wait for the locks of others. */
const ANSWERED_WITHIN_MS = 60_000;

/**
 * Lends a connection of an administrator to `work`. A server that is stopped, or behind a network that drops what is sent
 * to it, is given up in the end: the transaction that was open then ends with the connection.
 * @throws what `work` throws, as it is; a connection that is refused or lost with the server's address
 */
export async function asAdministrator<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECTED_WITHIN_MS,
    query_timeout: ANSWERED_WITHIN_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined); // a lost server is told by the failing statement
  let isConnected = false;
  try {
    await client.connect();
    isConnected = true;
    return await work(client);
  } catch (error) {
    if (error instanceof Error && (!isConnected || isConnectionBroken(error))) {
      const { host, pathname } = new URL(url);
      error.message = `PostgreSQL at ${host}${pathname}: ${error.message}`;
    }
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
