import { changePassword, resetPassword } from '@countersign/contracts';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendBody } from '../http/send-answer.js';
import { exchangeOf } from '../signature/exchange.js';
import { OnBehalf } from '../signature/on-behalf.js';
import { SignedRoute } from '../signature/signed-route.js';
import { changeProblems, resetProblems, successes } from './contract.js';
import { readJsonObject } from './json-body.js';
import { readPassword } from './user.wire.js';
import { reportsAccountState, versionPaths } from './versions.js';
import { whoIsNamed } from './who.js';

/** Contract C.4. */
@Controller(versionPaths)
export class PasswordsController {
  constructor(private readonly onBehalf: OnBehalf) {}

  @Post(':userId/resetpwd')
  @HttpCode(200)
  @SignedRoute({
    name: 'passwords.reset',
    permission: 'administrator-reset',
    operation: resetPassword,
    problems: resetProblems,
  })
  async reset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = whoIsNamed(exchange);
    const body = readJsonObject(exchange.body, request.raw.headers['content-encoding']);
    const password = readPassword(body, 'password');
    const reportAccountState = reportsAccountState(exchange.target.segments);
    await this.onBehalf.ask(exchange, resetPassword, { ...who, password, reportAccountState });
    await sendBody(reply, successes.passwordReset);
  }

  @Post(':userId/changepwd')
  @HttpCode(200)
  @SignedRoute({
    name: 'passwords.change',
    permission: 'self-service-change',
    operation: changePassword,
    problems: changeProblems,
  })
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = whoIsNamed(exchange);
    const body = readJsonObject(exchange.body, request.raw.headers['content-encoding']);
    const currentPassword = readPassword(body, 'currentPassword');
    const newPassword = readPassword(body, 'newPassword');
    const reportAccountState = reportsAccountState(exchange.target.segments);
    await this.onBehalf.ask(exchange, changePassword, { ...who, currentPassword, newPassword, reportAccountState });
    await sendBody(reply, successes.passwordChanged);
  }
}
