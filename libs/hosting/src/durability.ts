import type { Logger } from '@countersign/observability';
import type { Database } from '@countersign/persistence';

/** Guarantees G1 and G3 rest on commits that are on the disk when they are acknowledged. */
export async function warnUnlessDurable(database: Database, logger: Logger): Promise<void> {
  const [row] = await database.query<{ fsync: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  );
  if (row?.fsync === 'off' || row?.commit === 'off') {
    logger.warn({ fsync: row.fsync, synchronousCommit: row.commit }, 'postgresql may lose acknowledged commits');
  }
}
