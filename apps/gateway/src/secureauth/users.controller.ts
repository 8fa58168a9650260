import { registerUser, showProfile, updateUser } from '@countersign/contracts';
import { Controller, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendBody } from '../http/send-answer.js';
import { exchangeOf } from '../signature/exchange.js';
import { OnBehalf } from '../signature/on-behalf.js';
import { SignedRoute } from '../signature/signed-route.js';
import { createProblems, profileProblems, stateAnswers, successes, updateProblems } from './contract.js';
import { readJsonObject } from './json-body.js';
import { readNewUser, readUpdate, writeProfile } from './user.wire.js';
import { versionPaths } from './versions.js';
import { whoIsNamed } from './who.js';

const updateRoute = {
  name: 'users.update',
  permission: 'user-management',
  operation: updateUser,
  problems: updateProblems,
} as const;

/** Contract C.1 to C.3. Never 201: the Go SDK takes anything but 200 for an error (C.0). */
@Controller(versionPaths)
export class UsersController {
  constructor(private readonly onBehalf: OnBehalf) {}

  @Get(':userId')
  @SignedRoute({
    name: 'users.show',
    permission: 'user-management',
    operation: showProfile,
    problems: profileProblems,
  })
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const profile = await this.onBehalf.ask(exchange, showProfile, whoIsNamed(exchange));
    if (profile.state === 'active') return sendBody(reply, writeProfile(profile));
    const { status, message } = stateAnswers[profile.state];
    return sendBody(reply, { status, message, userId: exchange.userId });
  }

  @Put(':userId')
  @SignedRoute(updateRoute)
  replace(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.update(request, reply);
  }

  @Post(':userId')
  @HttpCode(200)
  @SignedRoute(updateRoute)
  async update(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = whoIsNamed(exchange);
    const changes = readUpdate(readJsonObject(exchange.body, request.raw.headers['content-encoding']));
    await this.onBehalf.ask(exchange, updateUser, { ...who, ...changes });
    await sendBody(reply, successes.changed);
  }

  @Post()
  @HttpCode(200)
  @SignedRoute({
    name: 'users.create',
    permission: 'user-management',
    operation: registerUser,
    problems: createProblems,
  })
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const { realm } = exchange.target;
    const user = readNewUser(readJsonObject(exchange.body, request.raw.headers['content-encoding']));
    exchange.userId = user.userId;
    await this.onBehalf.ask(exchange, registerUser, { realm, ...user });
    await sendBody(reply, successes.changed);
  }
}
