import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runningServices } from '@countersign/contracts';
import { afterAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../../apps/gateway/src/dialects/dialects.js';
import { root } from '../architecture/workspace.js';
import { mountsOf, networksOf, programsOf, readComposeFile } from './compose-file.js';
import { Dockerfile } from './dockerfile.js';
import { imageStage, images } from './program.js';
import { environmentFaults, namedFiles } from './program-settings.js';

const run = promisify(execFile);
const dockerfile = new Dockerfile();
const file = readComposeFile();
const programs = programsOf(file, dockerfile);
const services = Object.entries(file.services);
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

async function lint(path: string): Promise<string> {
  const command = [
    join(root, 'node_modules/dclint/bin/dclint.cjs'),
    '--config',
    join(root, 'compose/dclint.json'),
    path,
  ];
  const { stdout } = await run(process.execPath, command).catch((error) => ({
    stdout: `${error.stdout}${error.stderr}`,
  }));
  return stdout.trim();
}

describe('docker-compose.yml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-compose-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds by the schema of compose files and its rules', async () => {
    expect(await lint(join(root, 'docker-compose.yml'))).toBe('');
  }, 60_000);

  it('would not with a misspelt key', async () => {
    const copy = join(folder, 'docker-compose.yml');
    copyFileSync(join(root, 'docker-compose.yml'), copy);
    writeFileSync(copy, text.replace('stop_signal:', 'stop_signals:'));
    expect(await lint(copy)).toContain('must NOT have additional properties');
  }, 60_000);

  it('gives every program the settings that it needs, none that it does not have, and no secret in clear', () => {
    expect(programs.flatMap(environmentFaults)).toEqual([]);
  });

  it('builds every image of the Dockerfile under its own name', () => {
    for (const { image, build } of services.map(([, service]) => service)) {
      if (imageStage(image) !== undefined) expect([image, build?.target]).toEqual([image, imageStage(image)]);
    }
    expect([...new Set(programs.map(({ image }) => image))].sort()).toEqual([...images].sort());
  });

  it('runs three gateways, and two of every other service', () => {
    const replicas = programs.filter(({ isJob }) => !isJob).map(({ name, replicas: count }) => [name, count]);
    const two = runningServices.map((service) => [service, 2]);
    expect(Object.fromEntries(replicas)).toEqual({ gateway: 3, ...Object.fromEntries(two) });
  });

  it('knows no password', () => {
    expect(text).not.toMatch(/^[^#]*password\s*[:=]\s*\S/im);
    expect(text).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
  });
});

describe('a container', () => {
  it.each(services)('%s cannot gain rights, has bounds, and comes back unless its work is done', (name, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect([service.mem_limit, service.cpus]).toEqual([expect.any(String), expect.any(Number)]);
    const isOurs = imageStage(service.image) !== undefined;
    const isJob = isOurs && service.healthcheck === undefined;
    expect([name, service.restart]).toEqual([name, isJob ? 'no' : 'unless-stopped']);
    if (name !== 'postgres') expect([name, service.read_only, service.cap_add]).toEqual([name, true, undefined]);
  });

  it.each(services.filter(([, { restart }]) => restart !== 'no'))(
    '%s is asked whether it is well',
    (_name, service) => {
      expect(service.healthcheck?.test[0]).toBe('CMD');
      const [, program, script, path] = service.healthcheck?.test ?? [];
      if (program === 'node') expect([script, path]).toEqual(['check-health.mjs', '/readyz']);
    },
  );

  it.each(services)('%s waits only for what ends well, or is asked whether it is well', (_name, service) => {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      const isJob = file.services[needed]?.restart === 'no';
      expect([needed, condition]).toEqual([needed, isJob ? 'service_completed_successfully' : 'service_healthy']);
    }
  });

  it('sees only secrets of its own, to be read; the job that makes them writes them', () => {
    for (const { name, mounts } of programs) {
      for (const { path, isReadOnly } of mounts.filter((mount) => mount.path.startsWith('/secrets/'))) {
        expect([name, path, isReadOnly]).toEqual([name, path, name !== 'secrets']);
      }
    }
    const seen = (name: string) =>
      mountsOf(file.services[name] ?? { image: '' })
        .map(({ path }) => path)
        .filter((path) => path.startsWith('/secrets/'));
    for (const service of ['gateway', ...runningServices]) {
      expect(seen(service)).toEqual([`/secrets/${service}`]);
    }
  });

  it('mounts a volume at one place in every service', () => {
    const places = services.flatMap(([, service]) => mountsOf(service)).filter(({ volume }) => volume in file.volumes);
    for (const { volume, path } of places) {
      expect([volume, path]).toEqual([volume, places.find((place) => place.volume === volume)?.path]);
    }
    expect(new Set(places.map(({ volume }) => volume))).toEqual(new Set(Object.keys(file.volumes)));
  });

  it('finds every file that its settings name in what it mounts', () => {
    for (const program of programs) {
      for (const path of namedFiles(program)) {
        const isMounted = program.mounts.some((mount) => path.startsWith(`${mount.path}/`));
        expect([program.name, path, isMounted]).toEqual([program.name, path, true]);
      }
    }
  });
});

describe('networks', () => {
  const on = (network: string) =>
    services.filter(([, service]) => networksOf(service).includes(network)).map(([name]) => name);

  it('have only the members that need them', () => {
    expect(on('bus').sort()).toEqual(['gateway', 'nats', 'operator', 'streams', ...runningServices].sort());
    const migrations = runningServices.map((service) => `${service}-migration`);
    expect(on('store').sort()).toEqual(['database', 'postgres', ...runningServices, ...migrations].sort());
    expect(on('edge').sort()).toEqual(['gateway', 'proxy']);
  });

  it('lead outside from the proxy only', () => {
    expect([file.networks['bus']?.internal, file.networks['store']?.internal]).toEqual([true, true]);
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['proxy']);
    expect(file.services['proxy']?.ports).toEqual(['127.0.0.1:8080:8080']);
  });

  it('are such that gateways believe only the proxy', () => {
    const { networks } = file.services['proxy'] ?? {};
    const address = Array.isArray(networks)
      ? undefined
      : (networks as { edge: { ipv4_address: string } }).edge.ipv4_address;
    expect(file.services['gateway']?.environment?.['TRUSTED_PROXIES']).toBe(address);
  });
});

describe('the proxy', () => {
  const configuration = readFileSync(join(root, 'compose/haproxy.cfg'), 'utf8');
  const line = (pattern: RegExp) => pattern.exec(configuration)?.slice(1);

  it('leads to as many gateways as there are, where they listen', () => {
    const { COUNTERSIGN_PORT: port } = dockerfile.environment('gateway');
    expect(line(/server-template \S+ (\d+) (\S+):(\d+)/)).toEqual(['3', 'gateway', port]);
    expect(line(/http-check send meth GET uri (\S+)/)).toEqual(['/readyz']);
  });

  it('is published where it listens, and asked how it is where it answers', () => {
    const [published] = file.services['proxy']?.ports ?? [];
    expect(published?.split(':').at(-1)).toBe(line(/bind :(\d+)/)?.[0]);
    const health = `http://${line(/bind (127\.0\.0\.1:\d+)/)?.[0]}${line(/monitor-uri (\S+)/)?.[0]}`;
    expect(file.services['proxy']?.healthcheck?.test.at(-1)).toBe(health);
  });

  it('rewrites nothing, sends nothing twice, and believes no address that a stranger wrote', () => {
    expect(configuration).not.toMatch(
      /normalize-uri|set-path|set-uri|replace-|compression|set-query|http-buffer-request/,
    );
    expect(line(/retry-on (.+)/)).toEqual(['conn-failure']);
    expect(line(/(http-request set-header X-Forwarded-For %\[src\])/)).toHaveLength(1);
  });

  it('answers what goes wrong in it in the words of a gateway', () => {
    const worded = [...configuration.matchAll(/http-error status (\d+) content-type "(.+?)" string '(.+?)' (.+)/g)];
    expect(worded.map(([, status]) => Number(status))).toEqual([400, 404, 408, 413, 500, 501, 502, 503, 504]);
    const known = Object.values(dialects[0]?.answers ?? {}).map(({ body }) => body);
    for (const [, , type, body, headers] of worded) {
      expect(type).toBe('application/json; charset=utf-8');
      expect(known).toContain(body);
      expect(headers).toContain('hdr cache-control "no-cache, no-store"');
    }
  });

  it('gives a gateway that leaves the time that it needs to hear of it', () => {
    const notice = Number(file.services['gateway']?.environment?.['SHUTDOWN_NOTICE_MS']);
    expect(notice).toBeGreaterThanOrEqual(2 * Number(line(/check inter (\d+)ms fall 1/)?.[0]));
  });
});
