import { createGroup, eventSubject, events, operations, principals, startOrder } from '@countersign/contracts';
import { askSubjectOf } from '@countersign/messaging';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { Application } from '../journeys/application.js';
import { BusAskers } from '../journeys/bus-askers.js';
import { Platform, type RunningProgram } from '../journeys/platform.js';
import { SubjectRecorder } from './subject-recorder.js';

/**
 * What people type is a value and no subject (NATS CVE-2022-29946 and its like): every program of the platform speaks to
 * the bus through a recorder, so that each subject is seen, also one that the bus would refuse.
 */
const recorders: SubjectRecorder[] = [];
let platform: Platform;
let gateway: RunningProgram;
let askers: BusAskers;
let demo: Application;
beforeAll(async () => {
  platform = await Platform.start();
  askers = new BusAskers(platform);
  await platform.program.end('SIGKILL');
  for (const name of [...startOrder, 'gateway']) {
    const recorder = await SubjectRecorder.before(platform.environmentOf(name)['NATS_URL'] ?? '');
    recorders.push(recorder);
    gateway = await platform.join(name, [], { NATS_URL: recorder.url });
  }
  demo = new Application({ ...platform.demo, baseUrl: gateway.url });
  await eventually(async () => expect((await demo.ask('GET', '/demo/api/v1/users/jdoe')).status).toBe(200), {
    deadlineMs: 20_000,
  });
}, 180_000);
afterAll(async () => {
  await askers?.close();
  await platform?.remove();
  for (const recorder of recorders) await recorder.close();
}, 60_000);

const hostile = [
  ...[
    '*',
    '>',
    'a.b',
    'a.>',
    '*.*',
    '$SYS.>',
    '$JS.API.STREAM.PURGE.COUNTERSIGN_EVENTS',
    '_INBOX.>',
    '.',
    '..a',
    'a b',
  ],
  ...[
    'countersign.v1.directory.user.erase',
    'x\r\nPUB countersign.v1.event.demo.x.y.z 2\r\n{}\r\n',
    'a\tb',
    'a\u0000b',
  ],
  ...['%3E', '%0d%0aSUB > 1', '{{', '‮>', '\u00a0', 'é.*', '🙂.>'],
];
const password = 'correct horse battery';

/**
 * Random tokens and numbers taken out, so that the same work names the same subjects. A random token has a digit or the
 * 22 characters of the client library's, which may be letters alone.
 */
const shapeOf = (subject: string): string =>
  subject
    .split('.')
    .map((token) => (random.test(token) ? '#' : token.replace(/^\d+$/, '#')))
    .join('.');
const random = /^(?:(?=.*\d)[A-Za-z0-9_-]{8,}|[A-Za-z0-9]{22})$/;

/** Every ask, event and inbox of a person that there can be. */
const declared: ReadonlySet<string> = new Set([
  ...operations.flatMap(({ subject }) => principals.map((asker) => shapeOf(askSubjectOf(subject, asker)))),
  ...events.map(({ type }) => shapeOf(eventSubject(type, 'demo'))),
  '_INBOX.#',
]);

async function subjectsOf(work: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const before = recorders.map(({ subjects }) => subjects.length);
  await work();
  // events are told once they are numbered
  await eventually(async () => {
    const [row] = await platform.query<{ waiting: number }>(
      `select count(*)::int as waiting from directory.outbox, directory.outbox_head
       where sequence is null or sequence > published_sequence`,
    );
    expect(row?.waiting).toBe(0);
  });
  return new Set(recorders.flatMap(({ subjects }, index) => subjects.slice(before[index])).map(shapeOf));
}

/** Everything that an application can do with a name. */
async function doAll(name: string): Promise<void> {
  const segment = encodeURIComponent(name);
  const users = '/demo/api/v1/users';
  await demo.ask('POST', users, { userId: name, password, properties: { lastName: name, auxId1: name } });
  await demo.ask('GET', `${users}/${segment}`);
  await demo.ask('GET', `${users}?username=${segment}`);
  await demo.ask('GET', `${users}/${segment}/jdoe`);
  await demo.ask('PUT', `${users}/${segment}`, { properties: { firstName: name } });
  await demo.ask('POST', `${users}/${segment}/changepwd`, { currentPassword: password, newPassword: `${password} 2` });
  await demo.ask('POST', `${users}/${segment}/resetpwd`, { password: `${password} ${name}` });
  await demo.ask('POST', `${users}/${segment}/groups`, { groupNames: [name, 'Administrators'] });
  await demo.ask('POST', `/demo/api/v1/groups/${segment}/users/jdoe`);
  await demo.ask('POST', `/demo/api/v1/groups/Administrators/users`, { userIds: [name, 'jsmith'] });
  await demo.ask('DELETE', users, { user_id: name, domain: name.replaceAll(/[\\/]/g, '') });
  await demo.ask('DELETE', users, { user_id: name });
  const strange = demo.prepare('GET', `${users}/jdoe`, {
    headers: { 'x-request-id': printable(name), traceparent: printable(name) },
  });
  await demo.send(strange);
  await fetch(`${gateway.url}/${segment}/api/v1/users/jdoe`, {
    headers: { authorization: `Basic ${btoa(`${printable(name)}:x`)}` },
  });
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').trim();

describe('names that would mean something to the bus', () => {
  it('name no subject that plain names do not name', async () => {
    for (const group of ['plain', 'plain two']) await askers.ask('operator', createGroup, { realm: 'demo', group });
    const plain = await subjectsOf(async () => {
      for (const name of ['plain', 'plain two']) await doAll(name);
    });
    expect([...plain].filter((subject) => declared.has(subject)).length).toBeGreaterThan(15);
    const found = await subjectsOf(async () => {
      for (const name of hostile) {
        await askers.send('operator', createGroup, { realm: 'demo', group: name });
        await doAll(name);
      }
    });
    expect([...found].filter((subject) => !plain.has(subject) && !declared.has(subject))).toEqual([]);
    expect(recorders.flatMap(({ strange }) => strange)).toEqual([]);
  }, 120_000);

  it('nor in what travels beside a request', async () => {
    const before = recorders.flatMap(({ subjects }) => subjects).length;
    const body = JSON.stringify({ realm: 'demo', userId: 'jdoe' });
    const { connection } = await askers.user('operator');
    for (const name of hostile.map(printable)) {
      const beside = headers();
      for (const header of [
        'Countersign-Realm',
        'Countersign-Actor',
        'Countersign-Via',
        'Countersign-Caller',
        'traceparent',
      ]) {
        beside.set(header, name);
      }
      beside.set('Countersign-Idempotency-Key', name);
      const answer = await connection.request('countersign.v1.directory.user.show', body, {
        timeout: 10_000,
        headers: beside,
      });
      expect(answer.json()).toMatchObject({ userId: 'jdoe' });
    }
    const named = recorders.flatMap(({ subjects }) => subjects).slice(before);
    expect(named.filter((subject) => hostile.some((name) => name.length > 3 && subject.includes(name)))).toEqual([]);
    expect(recorders.flatMap(({ strange }) => strange)).toEqual([]);
  });
});
