/**
 * P3, the floor: the same front over the bare NATS client. One subscription hears all answers; what one turn of the
 * event loop asks is published together. No deadlines, no headers, nothing is parsed but the JSON.
 */
import 'reflect-metadata';
import { connect } from '@nats-io/transport-node';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { decorateMethod } from './decorate.mjs';
import { PublishTogether } from './publish-together.mjs';
import { serveSignedNest } from './signed-nest.mjs';

const connection = await connect({ servers: process.env.NATS_URL, noAsyncTraces: true });
const together = new PublishTogether(connection);
const inbox = `_INBOX.bench-${process.pid}.`;
const waiting = new Map();
let last = 0;

connection.subscribe(`${inbox}*`, {
  callback: (_, message) => {
    const id = message.subject.slice(inbox.length);
    waiting.get(id)?.(JSON.parse(message.string()));
    waiting.delete(id);
  },
});

function ask(subject, request) {
  last += 1;
  const id = String(last);
  together.publish(subject, JSON.stringify(request), { reply: inbox + id });
  return new Promise((resolve) => waiting.set(id, resolve));
}

class UsersController {
  show(realm, userId) {
    return ask('raw.users.find', { realm, userId });
  }
}
decorateMethod(UsersController, 'show', [Get(':userId')], [Param('realm'), Param('userId')]);
Controller(':realm/api/v1/users')(UsersController);

class RawModule {}
Module({ controllers: [UsersController] })(RawModule);
await serveSignedNest(RawModule);
