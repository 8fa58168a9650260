import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { type DurableConsumer, durableConsumers, type StreamName, streamNames, subjectsOf } from './event-streams.js';

export interface StreamOptions {
  /** Copies of each stream: 3 in a cluster (default 1). */
  readonly replicas?: number;
  /** How long an event may be fetched from the stream. The outbox keeps its rows longer. */
  readonly maxAgeDays?: number;
  /**
   * Bytes after which the oldest events of a stream make room (default 2 GiB). NATS sets them aside when it makes the
   * stream; where it has not so much to give, the stream gets a half, a quarter and so on, but no less than 64 MiB.
   */
  readonly maxBytes?: number;
}

/** JetStream writes wherever a reply subject points, so that a stolen listener could have a stream filled without end. */
const defaultMaxBytes = 2 * 1024 ** 3;
const mebibyte = 1024 ** 2;
const leastMaxBytes = 64 * mebibyte;
const day = 24 * 60 * 60 * 1_000;
/** Longer than the relay goes back after a reconnect (3 minutes), so that what it sends again is not stored twice. */
const duplicateWindowMs = 5 * 60 * 1_000;
const ackWaitMs = 30_000;
/** JetStream's error codes for what is not there. */
const missing = Object.freeze({ stream: 10_059, consumer: 10_014 });
/** Its codes for more storage than the account, or the server, has left. */
const noRoom: ReadonlySet<number> = new Set([10_002, 10_047]);

/** A stream after it was provisioned. */
export interface ProvisionedStream {
  readonly stream: StreamName;
  readonly isNew: boolean;
  /** What it may hold now, and what it should: less where NATS has no room to set more aside. */
  readonly maxBytes: number;
  readonly wantedBytes: number;
}

/**
 * Makes the streams and the consumers of all who may hear events, or brings them to this form; safe to run again and
 * at the same time elsewhere. Only the bus user `provisioner` may do this: services cannot make, change or delete them.
 * A stream that exists never becomes smaller because NATS has no room: it keeps its size, and its events.
 *
 * @throws Error when a stream that does not exist cannot be made, with the room that it needs
 */
export async function provisionStreams(
  connection: NatsConnection,
  options: StreamOptions = {},
): Promise<readonly ProvisionedStream[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const streams: ProvisionedStream[] = [];
  try {
    for (const name of streamNames) streams.push(await provisionStream(manager, name, options));
  } catch (error) {
    // a server without it does not even refuse; one of a cluster may have it where this one has not
    if (connection.info?.jetstream === true) throw error;
    const { message } = error as Error;
    throw new Error(`nats has no JetStream: its configuration needs jetstream { store_dir: /a/folder } (${message})`);
  }
  for (const consumer of durableConsumers) await provisionConsumer(manager, consumer);
  return streams;
}

function streamConfig(
  name: StreamName,
  options: StreamOptions,
  maxBytes: number,
): Partial<StreamConfig> & { name: string } {
  return {
    name,
    subjects: [...subjectsOf(name)],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_bytes: maxBytes,
    max_age: nanos((options.maxAgeDays ?? 7) * day),
    duplicate_window: nanos(duplicateWindowMs),
    num_replicas: options.replicas ?? 1,
  };
}

function consumerConfig({ durable }: DurableConsumer): Partial<ConsumerConfig> {
  return {
    durable_name: durable,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    // An event that cannot be recorded now is tried for ever: dropping it would lose it.
    max_deliver: -1,
  };
}

async function provisionStream(
  manager: JetStreamManager,
  stream: StreamName,
  options: StreamOptions,
): Promise<ProvisionedStream> {
  const known = await unlessMissing(manager.streams.info(stream), missing.stream);
  assertClustered(known, options);
  const wantedBytes = options.maxBytes ?? defaultMaxBytes;
  for (const maxBytes of sizesFor(wantedBytes, known?.config.max_bytes)) {
    const config = streamConfig(stream, options, maxBytes);
    try {
      await (known === undefined ? manager.streams.add(config) : manager.streams.update(stream, config));
      return { stream, isNew: known === undefined, maxBytes, wantedBytes };
    } catch (error) {
      if (!(error instanceof JetStreamApiError && noRoom.has(error.code))) throw error;
    }
  }
  if (known !== undefined) return { stream, isNew: false, maxBytes: known.config.max_bytes, wantedBytes };
  const least = Math.min(wantedBytes, leastMaxBytes) / mebibyte;
  throw new Error(
    `stream ${stream} cannot be made: nats has no room to set ${least} MiB aside for it; free disk space (it gives ` +
      'streams at most three quarters of what is free when it starts), or raise max_file_store or the limit of the account',
  );
}

/** Sizes to try, largest first. A stream that exists is not made smaller than it is, unless that is wanted. */
function sizesFor(wanted: number, current: number | undefined): readonly number[] {
  const least = current === undefined ? leastMaxBytes : Math.max(current, leastMaxBytes);
  const sizes = [wanted];
  for (let size = Math.floor(wanted / 2); size >= least; size = Math.floor(size / 2)) sizes.push(size);
  return current === undefined || current > wanted || sizes.includes(current) ? sizes : [...sizes, current];
}

async function provisionConsumer(manager: JetStreamManager, consumer: DurableConsumer): Promise<void> {
  const config = consumerConfig(consumer);
  const known = await unlessMissing(manager.consumers.info(consumer.stream, consumer.durable), missing.consumer);
  if (known === undefined) await manager.consumers.add(consumer.stream, config);
  else await manager.consumers.update(consumer.stream, consumer.durable, config);
}

/** A server by itself refuses to make a stream with copies, but says yes to the change of one that it has, and makes none. */
function assertClustered(known: StreamInfo | undefined, { replicas = 1 }: StreamOptions): void {
  if (known === undefined || known.cluster !== undefined || replicas === 1) return;
  throw new Error(`nats is a server by itself: stream ${known.config.name} has 1 copy, expected ${replicas}`);
}

async function unlessMissing<T>(looking: Promise<T>, missingCode: number): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missingCode) return undefined;
    throw error;
  }
}
