import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { provision } from '../../apps/provisioner/src/tasks.js';
import { programsOf as composePrograms, mountsOf, readComposeFile } from './compose-file.js';
import { Dockerfile } from './dockerfile.js';
import { kustomizations, programsOf, renderKustomization, workloadsOf } from './kustomization.js';
import type { DeployedProgram } from './program.js';
import { namedFiles } from './program-settings.js';
import type { Resource } from './resource.js';

/** The files that the task `secrets` makes: `<who>/<what>`. */
const folder = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const said = await provision(['secrets'], {
  COUNTERSIGN_SECRETS: folder,
  NATS_SERVERS: 'nats://nats:4222',
  DATABASE_SERVER: 'postgres://postgres:5432/countersign',
  DATABASE_SUPERUSER: 'postgres',
});
const made = said.slice('made '.length, said.indexOf('\n')).split(', ');
const owners = [...new Set(made.map((name) => name.split('/')[0] ?? ''))];

const dockerfile = new Dockerfile();
const compose = readComposeFile();

/** What a program is given the names of, and cannot find. */
function lost(program: DeployedProgram): string[] {
  return namedFiles(program)
    .filter((path) => path.startsWith('/secrets/'))
    .filter((path) => {
      const [who = '', what] = path.slice('/secrets/'.length).split('/');
      const mount = program.mounts.find((one) => one.path === `/secrets/${who}`);
      return mount === undefined || !made.includes(`${who}/${what}`);
    })
    .map((path) => `${program.name}: ${path}`);
}

describe('every secret that a manifest names', () => {
  it('of docker-compose.yml is made, and mounted where it is looked for', () => {
    expect(composePrograms(compose, dockerfile).flatMap(lost)).toEqual([]);
    const postgres = mountsOf(compose.services['postgres'] ?? { image: '' });
    expect(postgres.map(({ path }) => path)).toContain('/secrets/superuser');
    expect(made).toContain('superuser/password');
  });

  it.each(kustomizations)('of %s is made, and mounted where it is looked for', (name) => {
    const programs = programsOf(renderKustomization(name), dockerfile);
    expect(programs.flatMap(lost)).toEqual([]);
    for (const { path, volume } of programs.flatMap(({ mounts }) => mounts)) {
      expect([path, volume]).toEqual([path, `countersign-${path.slice('/secrets/'.length)}`]);
    }
  });

  it.each(kustomizations)('of %s is a Secret that the guide says how to make', (name) => {
    const secrets = workloadsOf(renderKustomization(name)).flatMap(secretsOf);
    const known = [...owners, 'bus'].map((owner) => `countersign-${owner}`);
    expect(secrets.filter((secret) => !known.includes(secret))).toEqual([]);
  });
});

describe('every secret that is made', () => {
  it('has a volume of its own in docker-compose.yml', () => {
    const { volumes = [] } = compose.services['secrets'] ?? {};
    expect([...volumes].sort()).toEqual(owners.map((owner) => `${owner}-secrets:/secrets/${owner}`).sort());
  });

  it('has a folder in the image of the jobs, from which its volume takes its owner', () => {
    const [folders = ''] = dockerfile
      .chain('jobs')
      .flatMap(({ instructions }) =>
        instructions.filter(({ text }) => text.includes('install --directory')).map(({ text }) => text),
      );
    for (const owner of owners) expect(folders).toMatch(new RegExp(` /secrets/${owner}[ ;]`));
  });
});

function secretsOf(workload: Resource): string[] {
  const { volumes = [] } = workload.spec.template.spec;
  return volumes.flatMap(({ secret }: { secret?: { secretName: string } }) => secret?.secretName ?? []);
}
