import { eventually, startTestNats } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { provisionStreams } from './streams.js';

const mebibyte = 1024 ** 2;

const ofServer = (bytes: number) => `jetstream { max_file_store: ${bytes} }`;
const ofAccount = (bytes: number) =>
  `accounts { A { jetstream: { max_file: ${bytes} }, users: [{ user: a, password: a }] } }\nno_auth_user: a`;

async function provisioned(configuration: string, maxBytes?: number) {
  const nats = await startTestNats(configuration);
  const connection = await connect({ servers: nats.url });
  const close = async () => {
    await connection.close();
    await nats.remove();
  };
  try {
    await provisionStreams(connection, maxBytes === undefined ? {} : { maxBytes });
    const manager = await jetstreamManager(connection);
    const sizeOf = async (name: string) => (await manager.streams.info(name)).config.max_bytes / mebibyte;
    const sizes = [await sizeOf('COUNTERSIGN_EVENTS'), await sizeOf('COUNTERSIGN_AUDIT')];
    return { nats, connection, manager, sizes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

describe('the bytes of a stream', () => {
  it('are bounded: the oldest events make room', async () => {
    const { connection, manager, sizes, close } = await provisioned('', mebibyte);
    try {
      expect(sizes).toEqual([1, 1]);
      const telling = jetstream(connection);
      for (let i = 0; i < 8; i += 1)
        await telling.publish('countersign.v1.event.demo.directory.user.created', 'x'.repeat(200_000));
      const { state } = await manager.streams.info('COUNTERSIGN_EVENTS');
      expect(state.bytes).toBeLessThanOrEqual(mebibyte);
      expect(state.last_seq).toBe(8);
    } finally {
      await close();
    }
  });

  it.each([
    ['server', ofServer],
    ['account', ofAccount],
  ])('are as many as the %s has to give, where that is less', async (_whose, limit) => {
    const { connection, sizes, close } = await provisioned(limit(700 * mebibyte));
    try {
      expect(sizes).toEqual([512, 128]);
      await provisionStreams(connection);
    } finally {
      await close();
    }
  });

  it('stay as they are, with the events, when nothing is left to give', async () => {
    const { nats, connection, manager, close } = await provisioned(ofAccount(700 * mebibyte));
    try {
      await jetstream(connection).publish('countersign.v1.event.demo.directory.user.created', 'kept');
      await nats.reload(ofAccount(100 * mebibyte));
      await eventually(async () => (await manager.getAccountInfo()).limits.max_storage === 100 * mebibyte);
      const streams = await provisionStreams(connection);
      expect(streams.map(({ maxBytes, isNew }) => [maxBytes / mebibyte, isNew])).toEqual([
        [512, false],
        [128, false],
      ]);
      expect((await manager.streams.info('COUNTERSIGN_EVENTS')).state.messages).toBe(1);
    } finally {
      await close();
    }
  });

  it('become fewer when fewer are wanted', async () => {
    const { connection, close } = await provisioned('', 8 * mebibyte);
    try {
      const streams = await provisionStreams(connection, { maxBytes: 4 * mebibyte });
      expect(streams.map(({ maxBytes }) => maxBytes / mebibyte)).toEqual([4, 4]);
    } finally {
      await close();
    }
  });

  it('are not so few that events would be lost at once: then it fails', async () => {
    await expect(provisioned(ofAccount(60 * mebibyte))).rejects.toThrow(
      'stream COUNTERSIGN_EVENTS cannot be made: nats has no room to set 64 MiB aside for it',
    );
  });
});
