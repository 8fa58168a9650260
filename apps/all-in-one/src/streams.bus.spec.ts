import { eventually, startTestNats, type TestNats, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { StreamKeeper } from './streams.js';

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startTestNats('');
  connection = await connect({ servers: nats.url });
});
afterAll(async () => {
  await connection?.close();
  await nats?.remove();
});

describe('streams', () => {
  it('are made again after a reconnect, also when that fails at first', async () => {
    const closed = await connect({ servers: nats.url });
    await closed.close();
    const connections = [closed];
    let reconnected = (): void => undefined;
    const bus = {
      get connection() {
        return connections.pop() ?? connection;
      },
      isUp: () => true,
      onUp(listener: () => void) {
        reconnected = listener;
        return () => undefined;
      },
    };
    const keeping = new StreamKeeper({ bus, logger: testLogger(), storeFolder: undefined });
    keeping.follow();
    reconnected();
    const manager = await jetstreamManager(connection);
    await eventually(() => manager.consumers.info('COUNTERSIGN_EVENTS', 'listener'), { deadlineMs: 15_000 });
    expect(connections).toEqual([]);
    keeping.stop();
  });
});
