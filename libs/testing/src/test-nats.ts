import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedNats, startNats } from '@countersign/embedded';
import { testEnvironment } from './test-environment.js';
import { testLogger } from './test-logger.js';

/** What a spec may ask of a nats-server of its own. */
export interface TestNatsOptions {
  /** Start it again when the spec kills it; default false: it stays dead. */
  readonly revives?: boolean;
  /** Folder and port of an earlier one that was stopped: the same server comes back, with its JetStream. */
  readonly of?: TestNats;
}

/** A nats-server of a spec's own. */
export interface TestNats extends EmbeddedNats {
  readonly folder: string;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
}

/**
 * A nats-server for a spec that needs accounts of its own, or that kills it; JetStream is on.
 *
 * @param configuration accounts and limits in nats-server's syntax; empty: everybody may do everything
 */
export async function startTestNats(configuration = '', options: TestNatsOptions = {}): Promise<TestNats> {
  const { folder: runFolder, natsServer } = testEnvironment();
  const folder = options.of?.folder ?? join(runFolder, `nats-${randomBytes(6).toString('hex')}`);
  const nats = await startNats({
    folder,
    binary: natsServer,
    configuration,
    logger: testLogger(),
    revives: options.revives ?? false,
    ...(options.of === undefined ? {} : { port: options.of.port }),
  });
  return {
    folder,
    port: nats.port,
    url: nats.url,
    get pid() {
      return nats.pid;
    },
    reload: (changed) => nats.reload(changed),
    stop: () => nats.stop(),
    remove: async () => {
      await nats.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
