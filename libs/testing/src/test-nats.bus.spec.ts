import { describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { eventually, startTestNats } from './index.js';

const USERS = 'accounts { A { jetstream: enabled, users: [{ user: "a", password: "secret-a" }] } }';

describe('a nats-server of a spec', () => {
  it('admits only the users of its configuration', async () => {
    const nats = await startTestNats(USERS);
    const admitted = await connect({ servers: nats.url, user: 'a', pass: 'secret-a' });
    await admitted.close();
    await expect(connect({ servers: nats.url, reconnect: false })).rejects.toThrow(/authorization/i);
    await nats.remove();
  });

  it('takes a changed configuration while it runs, and keeps the old one when the new is wrong', async () => {
    const nats = await startTestNats(USERS);
    await nats.reload(USERS.replace('secret-a', 'secret-b'));
    await eventually(async () => (await connect({ servers: nats.url, user: 'a', pass: 'secret-b' })).close());
    await expect(nats.reload('accounts {')).rejects.toThrow('does not accept the configuration');
    await (await connect({ servers: nats.url, user: 'a', pass: 'secret-b' })).close();
    await nats.remove();
  });

  it('comes back at the same address when a spec stops it and starts it again', async () => {
    const first = await startTestNats();
    await first.stop();
    const second = await startTestNats('', { of: first });
    expect(second.url).toBe(first.url);
    await (await connect({ servers: second.url })).close();
    await second.remove();
  });
});
