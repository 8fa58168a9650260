import { describe, expect, it } from '@jest/globals';
import { lentSubjects } from './lent-subjects.js';
import { natsAccounts, natsConfiguration } from './nats-configuration.js';

const password = 'a'.repeat(16);
const bcrypt = `$2a$11$${'b'.repeat(53)}`;

describe('the nats-server configuration', () => {
  it('has a user for each principal that has a password, and for no other', () => {
    const text = natsConfiguration({ passwords: { gateway: password, directory: bcrypt } });
    expect([...text.matchAll(/user: "([a-z]+)"/g)].map((match) => match[1])).toEqual(['gateway', 'directory']);
    expect(text).toContain(`password: "${bcrypt}"`);
  });

  it('refuses clients without credentials, and has no user in the system account', () => {
    const text = natsConfiguration({ passwords: { gateway: password } });
    expect(text).not.toContain('no_auth_user');
    expect(text).not.toContain('allow_responses');
    expect(text).toContain('SYS { users: [] }');
    expect(text).toContain('system_account: SYS');
  });

  it('has only the provisioner in the account of the streams, which exports what the other users may publish', () => {
    const text = natsConfiguration({ passwords: { gateway: password, provisioner: password } });
    const [, busAccount = '', streamAccount = ''] = text.split(/^ {2}COUNTERSIGN.* \{$/m);
    expect(busAccount).toContain('user: "gateway"');
    expect(busAccount).not.toMatch(/provisioner|jetstream/);
    expect(streamAccount).toContain('user: "provisioner"');
    expect(streamAccount).toContain('jetstream: enabled');
    for (const subject of lentSubjects) {
      expect(busAccount).toContain(`{ service: { account: COUNTERSIGN_STREAMS, subject: "${subject}" } }`);
      expect(streamAccount).toContain(`{ service: "${subject}", accounts: [COUNTERSIGN]`);
      expect(subject).not.toMatch(/CREATE|UPDATE|DELETE|PURGE|MSG\.GET|DIRECT|SNAPSHOT|^>|\*\.>/);
    }
  });

  it('has an address, a port and a store only where they are given', () => {
    expect(natsConfiguration({ passwords: {} })).not.toMatch(/^port|host|store_dir|ports_file/m);
    const told = natsConfiguration({
      passwords: {},
      listen: { host: '127.0.0.1', port: -1 },
      storeFolder: '/var/lib/"nats"',
      portsFileFolder: '/run',
      jetstream: { maxFileBytes: 1024, maxStreams: 2, maxConsumers: 4 },
    });
    expect(told).toContain(
      'host: "127.0.0.1"\nport: -1\nports_file_dir: "/run"\njetstream { store_dir: "/var/lib/\\"nats\\"", max_file_store: 1024 }',
    );
    expect(told).toContain('jetstream: { max_file: 1024, max_streams: 2, max_consumers: 4 }');
  });

  it('answers health checks only where it is told to', () => {
    expect(natsConfiguration({ passwords: {} })).not.toMatch(/^http/m);
    const monitor = (host: string) => natsConfiguration({ passwords: {}, monitor: { host, port: 8222 } });
    expect(monitor('127.0.0.1')).toContain('\nhttp: "127.0.0.1:8222"\n');
    expect(monitor('::1')).toContain('\nhttp: "[::1]:8222"\n');
  });

  it('has a form for a cluster that is there: the two accounts, as they stand in the whole, and nothing else', () => {
    const options = { passwords: { gateway: password, provisioner: bcrypt }, jetstream: { maxFileBytes: 1024 } };
    const accounts = natsAccounts(options).split('\n').slice(1, -1).join('\n');
    expect(accounts.match(/^ {2}\S.*/gm)).toEqual(['  COUNTERSIGN {', '  }', '  COUNTERSIGN_STREAMS {', '  }']);
    expect(natsConfiguration(options)).toContain(`accounts {\n${accounts}\n  SYS { users: [] }\n}\n`);
  });

  it.each(['', 'short', 'a"quote-aaaaaaaaaaaa', 'with space aaaaaaaaa', `${'a'.repeat(16)}\n`, '$2a$11$short'])(
    'refuses a password that is too short or would need quoting, without repeating it: %j',
    (bad) => {
      expect(() => natsConfiguration({ passwords: { gateway: bad } })).toThrow(/^bus password of gateway is not/);
    },
  );
});
