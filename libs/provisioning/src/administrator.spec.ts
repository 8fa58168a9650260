import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { asAdministrator } from './administrator.js';

/** Messages of PostgreSQL: the log-in is complete, and a statement may come. */
const isReady = Buffer.from('520000000800000000' + '5a0000000549', 'hex');

describe('the connection of an administrator', () => {
  const sockets: Socket[] = [];
  let server = createServer();
  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    jest.useRealTimers();
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });
  const address = () => `127.0.0.1:${(server.address() as AddressInfo).port}/countersign`;
  const url = () => `postgres://admin:secret@${address()}`;

  it('is given up after ten seconds where the server takes it and says nothing', async () => {
    const told = asAdministrator(url(), async () => 'done').catch((error: Error) => error.message);
    await once(server, 'connection');
    jest.advanceTimersByTime(10_000);
    expect(await told).toBe(`PostgreSQL at ${address()}: timeout expired`);
  });

  it('is given up a minute after a statement that is not answered', async () => {
    let asked: Promise<unknown> | undefined;
    const told = asAdministrator(url(), (client) => {
      asked = client.query('select 1');
      return asked;
    }).catch((error: Error) => error.message);
    await once(server, 'connection');
    const [socket] = sockets as [Socket];
    await once(socket, 'data');
    socket.write(isReady);
    // the statement has arrived
    await once(socket, 'data');
    jest.advanceTimersByTime(60_000);
    expect(await told).toBe(`PostgreSQL at ${address()}: Query read timeout`);
    await expect(asked).rejects.toThrow();
  });
});
