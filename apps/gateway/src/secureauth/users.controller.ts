import { eraseUser, Problem, registerUser, showProfile, updateUser } from '@countersign/contracts';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../signature/exchange.js';
import { OnBehalf } from '../signature/on-behalf.js';
import { sendBody, settledApplication } from '../signature/send-body.js';
import { bodyOf } from './body-of.js';
import { stateAnswers, successes } from './contract.js';
import { readErasure } from './erasure.wire.js';
import { isPossibleName, userNamed } from './named-user.js';
import { Serves } from './serves.js';
import { userEndpoints as endpoints } from './user.endpoints.js';
import { readNewUser, readUpdate, writeProfile } from './user.wire.js';

/** secureauth C.1 to C.3 and C.7. */
@Controller()
export class UsersController {
  constructor(private readonly onBehalf: OnBehalf) {}

  @Serves(endpoints.show, 'GET', 'path')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const profile = await this.onBehalf.ask(exchange, showProfile, userNamed(exchange, endpoints.show));
    if (profile.state === 'active') {
      const { settings } = await settledApplication(exchange);
      return sendBody(reply, writeProfile(profile, settings.groupNameSuffix));
    }
    const { status, message } = stateAnswers[profile.state];
    return sendBody(reply, { status, message, userId: exchange.userId });
  }

  @Serves(endpoints.show, 'GET', 'domain')
  showOfDomain(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.show(request, reply);
  }

  @Serves(endpoints.show, 'GET', 'query')
  showByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.show(request, reply);
  }

  @Serves(endpoints.update, 'POST', 'path', 'domain')
  async update(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = userNamed(exchange, endpoints.update);
    const changes = readUpdate(bodyOf(request));
    await this.onBehalf.ask(exchange, updateUser, { ...who, ...changes });
    await sendBody(reply, successes.changed);
  }

  @Serves(endpoints.update, 'PUT', 'path', 'domain')
  replace(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.update(request, reply);
  }

  @Serves(endpoints.update, 'PUT', 'query')
  replaceByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.update(request, reply);
  }

  @Serves(endpoints.create, 'POST', 'path')
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const { realm } = exchange.target;
    const user = readNewUser(bodyOf(request));
    exchange.userId = user.userId;
    await this.onBehalf.ask(exchange, registerUser, { realm, ...user });
    await sendBody(reply, successes.changed);
  }

  @Serves(endpoints.erase, 'DELETE', 'path')
  async erase(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const { realm } = exchange.target;
    const body = bodyOf(request);
    const { userId, shown } = readErasure(exchange, body);
    exchange.userId = shown;
    if (!isPossibleName(userId)) throw new Problem('user.unknown');
    await this.onBehalf.ask(exchange, eraseUser, { realm, userId });
    await sendBody(reply, { ...successes.erased, user_id: shown });
  }
}
