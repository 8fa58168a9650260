import { describe, expect, it } from '@jest/globals';
import {
  credentialsOf,
  databaseServer,
  listenAddress,
  natsServers,
  natsUrlAs,
  withoutCredentials,
  withUser,
} from './addresses.js';

describe('an address in the settings', () => {
  it.each(['nats://nats:4222', 'tls://a.example.com:4222, tls://b.example.com:4222', 'nats://10.0.0.1'])(
    'of NATS may be %s',
    (list) => expect(natsServers.safeParse(list).success).toBe(true),
  );

  it.each(['', 'nats', 'nats://user:password@nats:4222', 'http://nats:4222', 'nats://a:1,', 'nats://a b'])(
    'of NATS may not be %j',
    (list) => expect(natsServers.safeParse(list).success).toBe(false),
  );

  it.each(['postgres://db:5432/countersign', 'postgresql://db/countersign?sslmode=verify-full'])(
    'of PostgreSQL may be %s',
    (text) => expect(databaseServer.safeParse(text).success).toBe(true),
  );

  it.each(['', 'postgres://db:5432', 'postgres://db:5432/', 'postgres://u:p@db:5432/countersign', 'mysql://db/x'])(
    'of PostgreSQL may not be %j',
    (text) => expect(databaseServer.safeParse(text).success).toBe(false),
  );

  it('to listen on is a host and a port', () => {
    expect(listenAddress.parse('0.0.0.0:4222')).toEqual({ host: '0.0.0.0', port: 4222 });
    expect(listenAddress.parse('[::]:4222')).toEqual({ host: '::', port: 4222 });
    for (const text of ['4222', ':4222', 'host', 'host:', 'host:x']) {
      expect([text, listenAddress.safeParse(text).success]).toEqual([text, false]);
    }
  });
});

describe('an address with credentials', () => {
  it('has them at every server of a list', () => {
    const url = natsUrlAs('nats://a:1, nats://b:2', 'gateway', 'secret');
    expect(url).toBe('nats://gateway:secret@a:1,nats://gateway:secret@b:2');
    expect(credentialsOf(url)).toEqual({ user: 'gateway', password: 'secret' });
    expect(withoutCredentials(url)).toBe('nats://a:1,nats://b:2');
  });

  it('keeps the options of the connection, and any password', () => {
    const url = withUser('postgres://db:5432/countersign?sslmode=require', 'directory', 'p@ss/word:?');
    expect(credentialsOf(url)).toEqual({ user: 'directory', password: 'p@ss/word:?' });
    expect(withoutCredentials(url)).toBe('postgres://db:5432/countersign?sslmode=require');
  });

  it.each(['', 'nats://nats:4222', 'nats://user@nats:4222', 'not an address'])('is not %j', (text) => {
    expect(credentialsOf(text)).toBeUndefined();
  });

  it.each(['nats://authentication:pa/ss,w0rd@nats:4222', 'hunter2-just-the-password', 'hunter2:secret', '', '://x'])(
    'show nothing of what is no address: %s',
    (text) => {
      expect(withoutCredentials(text)).not.toMatch(/hunter2|secret|pa\/ss|w0rd|authentication/);
    },
  );
});
