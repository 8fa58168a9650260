import { events, operations, type Principal, principals, services } from '@countersign/contracts';
import { askSubjectOf, probeSubjectOf } from '@countersign/messaging';
import { describe, expect, it } from '@jest/globals';
import { durableConsumers, streamNames, streamOf, subjectsOf } from './event-streams.js';
import { permissionsOf } from './permissions.js';

/** Whether a permission covers a subject, as nats-server matches them. */
function covers(permission: string, subject: string): boolean {
  const [have, want] = [permission.split(' ')[0]?.split('.') ?? [], subject.split('.')];
  const open = have.at(-1) === '>';
  if (open ? want.length < have.length : want.length !== have.length) return false;
  return have.every((token, i) => token === '>' || token === '*' || token === want[i]);
}
const may = (principal: Principal, right: 'publish' | 'subscribe', subject: string) =>
  permissionsOf(principal)[right].some((permission) => covers(permission, subject));

describe('permissions (guarantee G10)', () => {
  it('to ask are exactly askedBy, each in its own form: no principal asks under the name of another', () => {
    for (const { subject, askedBy } of operations)
      for (const name of principals) {
        const able = principals.filter((principal) => may(principal, 'publish', askSubjectOf(subject, name)));
        expect([subject, name, able]).toEqual([subject, name, askedBy.includes(name) ? [name] : []]);
      }
  });

  it("to ask a certain replica, or which replicas live, are exactly the askers', in their own form", () => {
    for (const { subject, service, askedBy } of operations)
      for (const name of principals) {
        const able = (form: string) => principals.filter((principal) => may(principal, 'publish', form));
        expect(able(askSubjectOf(subject, name, 'replica-1'))).toEqual(askedBy.includes(name) ? [name] : []);
        const asksIt = operations.some((one) => one.service === service && one.askedBy.includes(name));
        expect(able(probeSubjectOf(service, name))).toEqual(asksIt ? [name] : []);
        expect(principals.filter((one) => may(one, 'subscribe', probeSubjectOf(service, name)))).toEqual([service]);
      }
  });

  it("to hear requests are the service's alone, and in its queue group only", () => {
    const forms = operations.flatMap(({ subject, service }) =>
      principals.flatMap((asker) => [
        { subject: askSubjectOf(subject, asker), service },
        { subject: askSubjectOf(subject, asker, 'replica-1'), service },
      ]),
    );
    for (const { subject, service } of forms) {
      expect(principals.filter((principal) => may(principal, 'subscribe', subject))).toEqual([service]);
      const rights = permissionsOf(service).subscribe.filter((permission) => covers(permission, subject));
      expect(rights).toEqual([`countersign.v1.${service}.> ${service}`]);
    }
  });

  it("to tell an event are its service's alone, in every realm", () => {
    for (const { type, service } of events)
      expect(principals.filter((one) => may(one, 'publish', `countersign.v1.event.demo.${type}`))).toEqual([service]);
  });

  it('to hear events lead through the durable consumer only: no principal subscribes to an event', () => {
    for (const { type, heardBy } of events) {
      const subject = `countersign.v1.event.demo.${type}`;
      expect(principals.filter((principal) => may(principal, 'subscribe', subject))).toEqual([]);
      const stream = streamNames.find((name) => subjectsOf(name).some((one) => covers(one, subject)));
      const hearers = durableConsumers.filter((consumer) => consumer.stream === stream);
      for (const { principal, durable } of hearers)
        expect(may(principal, 'publish', `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`)).toBe(true);
      expect(hearers.map(({ principal }) => principal).sort()).toEqual([...heardBy].sort());
    }
  });

  it("to hear an inbox are its owner's alone", () => {
    for (const owner of principals)
      expect(principals.filter((one) => may(one, 'subscribe', `_INBOX_${owner}.directory.x`))).toEqual([owner]);
    expect(principals.filter((one) => may(one, 'subscribe', '_INBOX.x'))).toEqual(['operator']);
  });

  it("to answer lead into a service's own part of its askers' inboxes", () => {
    for (const owner of principals.filter((one) => one !== 'operator'))
      for (const service of services) {
        const isAsker = operations.some((one) => one.service === service && one.askedBy.includes(owner));
        const answering = principals.filter((one) => may(one, 'publish', `_INBOX_${owner}.${service}.n.s.1`));
        expect(answering).toEqual(isAsker ? [service] : []);
      }
  });

  it('to the JetStream API change nothing, but for the provisioner', () => {
    const changes = [
      'STREAM.CREATE',
      'STREAM.UPDATE',
      'STREAM.DELETE',
      'STREAM.PURGE',
      'STREAM.MSG.GET',
      'STREAM.MSG.DELETE',
    ];
    for (const stream of streamNames) {
      for (const verb of changes) {
        const able = principals.filter((one) => may(one, 'publish', `$JS.API.${verb}.${stream}`));
        expect(able).toEqual(/CREATE|UPDATE/.test(verb) ? ['provisioner'] : []);
      }
      for (const verb of ['CONSUMER.CREATE', 'CONSUMER.DURABLE.CREATE', 'CONSUMER.DELETE'])
        expect(principals.filter((one) => may(one, 'publish', `$JS.API.${verb}.${stream}.stolen`))).toEqual([]);
    }
  });

  it('to discover services are the operator’s', () => {
    expect(principals.filter((one) => may(one, 'publish', '$SRV.PING'))).toEqual(['operator']);
    expect(may('directory', 'subscribe', '$SRV.STATS.countersign-directory.abc')).toBe(true);
    expect(may('directory', 'subscribe', '$SRV.STATS.countersign-authentication.abc')).toBe(false);
  });

  it('are never empty, which NATS would take for everything', () => {
    for (const principal of principals) {
      expect(permissionsOf(principal).publish.length).toBeGreaterThan(0);
      expect(permissionsOf(principal).subscribe.length).toBeGreaterThan(0);
    }
  });
});

describe('streams', () => {
  it('carry every event exactly once, and the audit its own apart', () => {
    for (const event of events) {
      const carrying = streamNames.filter((name) => subjectsOf(name).includes(`countersign.v1.event.*.${event.type}`));
      expect(carrying).toEqual([streamOf(event)]);
    }
    expect(streamOf({ heardBy: ['audit'] })).toBe('COUNTERSIGN_AUDIT');
    expect(streamOf({ heardBy: ['audit', 'delivery'] })).toBe('COUNTERSIGN_EVENTS');
  });

  it('and consumers have names that every tool takes (ADR-6)', () => {
    for (const { stream, durable } of durableConsumers) {
      expect(stream).toMatch(/^[A-Z_]{1,31}$/);
      expect(durable).toMatch(/^[a-z_]{1,31}$/);
    }
  });
});
