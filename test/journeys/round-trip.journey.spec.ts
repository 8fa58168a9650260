import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRealm } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countersign } from './command-line.js';
import { OwnRealms } from './own-realms.js';

/** What is exported from one realm is the same users in another, by the services themselves. */
let realms: OwnRealms;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
  realms = await OwnRealms.open();
  await realms.make('shown');
  for (const realm of ['first', 'second', 'third']) await realms.askers.ask('operator', createRealm, { realm });
}, 120_000);
afterAll(async () => {
  await realms?.close();
  rmSync(folder, { recursive: true, force: true });
});

const passwordHash = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
const people = [
  {
    userId: '=Zoë "Z"; Ångström',
    passwordHash,
    aliases: ['CORP\\zoë', 'z;z'],
    displayName: 'Zoë, the first',
    name: { given: 'Zoë', family: 'Ångström' },
    locale: 'sv-SE',
    timezone: 'Europe/Stockholm',
    externalId: '007',
    notes: 'one\r\ntwo',
    emails: [
      { position: 1, value: 'zoe@example.com', kind: 'work', verifiedAt: '2026-05-01T09:30:00.000Z' },
      { position: 7, value: 'z@example.org', label: 'at the lake' },
    ],
    phones: [
      { position: 2, value: '+46 8 000 00', kind: 'landline', extension: '12' },
      { position: 3, value: '+46 70 000 00', kind: 'mobile', details: { platform: 'ios', note: '"a"' } },
    ],
    attributes: { custom1: 'Suite 100', custom10: '=1+1', extended999: 'x' },
    questions: { 1: { question: 'First pet?', answer: 'Rex' }, help_desk: { question: 'City?', answer: 'Rome' } },
    pin: '0042',
    groups: ['Staff', 'a;b', 'CORP\\all'],
    state: 'suspended',
  },
  { userId: 'bare' },
  { userId: 'older', status: 'locked', properties: { firstName: 'O', phone2: '1', auxId3: '3', pinHash: '9' } },
];

async function importInto(realm: string, file: string): Promise<Record<string, unknown>> {
  const flags = ['--realm', realm, '--create-groups', '--json'];
  const { code, stdout, stderr } = await countersign(realms.platform.folder, 'user', 'import', file, ...flags);
  if (code !== 0) throw new Error(`${code}: ${stdout} ${stderr}`);
  return JSON.parse(stdout);
}

async function exportFrom(realm: string, file: string): Promise<string> {
  const flags = ['--realm', realm, '--passwords', '--secrets', '--yes'];
  const { code, stderr } = await countersign(realms.platform.folder, 'user', 'export', file, ...flags);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return readFileSync(file, 'utf8');
}

describe('users of a realm', () => {
  it('come back the same from an export, in their own realm and in others', async () => {
    const file = join(folder, 'people.jsonl');
    writeFileSync(file, people.map((person) => `${JSON.stringify(person)}\n`).join(''));
    expect(await importInto('first', file)).toMatchObject({ read: 3, created: 3 });
    expect(await importInto('first', file)).toMatchObject({ read: 3, same: 3 });
    const exported = await exportFrom('first', join(folder, 'first.jsonl'));
    for (const [realm, format] of [
      ['second', 'jsonl'],
      ['third', 'csv'],
    ] as const) {
      const copy = join(folder, `first.${format}`);
      await exportFrom('first', copy);
      expect(await importInto('first', copy)).toMatchObject({ read: 3, same: 3 });
      expect(await importInto(realm, copy)).toMatchObject({ read: 3, created: 3 });
      expect(await importInto(realm, copy)).toMatchObject({ read: 3, same: 3 });
      expect(await exportFrom(realm, join(folder, `${realm}.jsonl`))).toBe(exported);
    }
  }, 120_000);

  it('are handed over with every field', async () => {
    const lines = readFileSync(join(folder, 'first.jsonl'), 'utf8').trimEnd().split('\n');
    const [first] = people;
    const found = lines.map((line) => JSON.parse(line)).find(({ userId }) => userId === first?.userId);
    expect({ ...found, groups: [...found.groups].sort() }).toMatchObject({
      ...first,
      groups: first?.groups?.toSorted(),
    });
  });

  it('are shown with their contacts', async () => {
    const words = ['user', 'show', 'zoë', '--realm', 'shown'];
    const { code, stdout } = await countersign(realms.platform.folder, ...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^CONTACT +VALUE +KIND +VERIFIED$/m);
    expect(stdout).toMatch(/^emails\.1 +zoe@example\.com +work +no$/m);
  });
});
