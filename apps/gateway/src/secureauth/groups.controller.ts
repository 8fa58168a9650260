import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { field } from '../http/json-body.js';
import { MalformedRequest } from '../http/malformed-request.js';
import { type Exchange, exchangeOf } from '../signature/exchange.js';
import { sendBody } from '../signature/send-body.js';
import { readNames, writeAssociations } from './association.wire.js';
import { Associations } from './associations.js';
import { bodyOf } from './body-of.js';
import { associationAnswers, successes } from './contract.js';
import type { Endpoint } from './endpoint.js';
import { groupEndpoints as endpoints } from './group.endpoints.js';
import { groupNamed, whoIsNamed } from './named-user.js';
import { Serves } from './serves.js';

/** secureauth C.5: four shapes, each in every form. */
@Controller()
export class GroupsController {
  constructor(private readonly associations: Associations) {}

  @Serves(endpoints.addGroup, 'POST', 'path', 'domain')
  async addGroup(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.addOne(exchangeOf(request), endpoints.addGroup, reply);
  }

  @Serves(endpoints.addUser, 'POST', 'path', 'domain')
  async addUser(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.addOne(exchangeOf(request), endpoints.addUser, reply);
  }

  /** The query is not signed: added to a list of users that is, it must not make one user of them. */
  @Serves(endpoints.addUser, 'POST', 'query')
  async addUserByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    if (!supportsGroups(exchange)) return sendUnsupported(reply);
    const body = bodyOf(request);
    if (field(body, 'userIds') !== undefined) throw new MalformedRequest('both username and userIds name users');
    await this.addOne(exchange, endpoints.addUser, reply);
  }

  @Serves(endpoints.addGroups, 'POST', 'path', 'domain')
  async addGroups(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    if (!supportsGroups(exchange)) return sendUnsupported(reply);
    const { userId, shown } = whoIsNamed(exchange, endpoints.addGroups);
    const body = bodyOf(request);
    const groups = readNames(body, 'groupNames');
    const failed = await this.associations.add(exchange, [userId], groups);
    await sendBody(reply, writeAssociations(shown, failed.groups));
  }

  @Serves(endpoints.addGroups, 'POST', 'query')
  addGroupsByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.addGroups(request, reply);
  }

  @Serves(endpoints.addUsers, 'POST', 'path')
  async addUsers(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    if (!supportsGroups(exchange)) return sendUnsupported(reply);
    const group = groupNamed(exchange, endpoints.addUsers);
    const body = bodyOf(request);
    const users = readNames(body, 'userIds');
    const failed = await this.associations.add(exchange, users, [group]);
    await sendBody(reply, writeAssociations(group, failed.users));
  }

  private async addOne(exchange: Exchange, endpoint: Endpoint, reply: FastifyReply): Promise<void> {
    if (!supportsGroups(exchange)) return sendUnsupported(reply);
    const { userId } = whoIsNamed(exchange, endpoint);
    const group = groupNamed(exchange, endpoint);
    const failed = await this.associations.add(exchange, [userId], [group]);
    const hasFailed = failed.users.length + failed.groups.length > 0;
    await sendBody(reply, hasFailed ? wordsOf(associationAnswers.failed) : successes.associated);
  }
}

function supportsGroups({ application }: Exchange): boolean {
  return application?.settings.supportsGroups === true;
}

function sendUnsupported(reply: FastifyReply): Promise<void> {
  return sendBody(reply, wordsOf(associationAnswers.unsupported));
}

function wordsOf({ status, message }: { readonly status: string; readonly message: string }): object {
  return { status, message };
}
