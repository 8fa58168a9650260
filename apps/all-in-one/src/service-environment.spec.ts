import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder } from './data-folder.js';
import { type Addresses, ownerEnvironment, serviceEnvironments, writeEnvironmentFiles } from './service-environment.js';

const addresses: Addresses = {
  natsUrl: (principal) => `nats://${principal}:secret@127.0.0.1:4222`,
  databaseUrl: (service, role) => `postgres://${service}-${role}:secret@127.0.0.1:5432/countersign`,
};

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'countersign-environment-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

describe('the environment files for further replicas', () => {
  it('hold what a service runs with, and never what its owner may do', () => {
    const folder = new DataFolder(path);
    writeEnvironmentFiles(serviceEnvironments(addresses, folder), addresses, folder);
    const files = readdirSync(folder.environments).sort();
    expect(files).toEqual(['gateway', 'listener', ...runningServices].map((name) => `${name}.env`).sort());
    for (const file of files) expect(readFileSync(join(folder.environments, file), 'utf8')).not.toContain('owner');
    expect(readFileSync(folder.environment('directory'), 'utf8')).toContain(
      'DATABASE_URL=postgres://directory-runtime:secret@',
    );
  });

  it('while the services of the first process are handed it, so that they migrate', () => {
    expect(ownerEnvironment(addresses, 'directory')).toEqual({
      DATABASE_OWNER_URL: 'postgres://directory-owner:secret@127.0.0.1:5432/countersign',
    });
  });
});
