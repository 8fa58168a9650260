import { changePassword, resetPassword } from '@countersign/contracts';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../signature/exchange.js';
import { OnBehalf } from '../signature/on-behalf.js';
import { sendBody } from '../signature/send-body.js';
import { bodyOf } from './body-of.js';
import { successes } from './contract.js';
import { userNamed } from './named-user.js';
import { passwordEndpoints as endpoints } from './password.endpoints.js';
import { Serves } from './serves.js';
import { readPassword } from './user.wire.js';
import { reportsAccountState } from './versions.js';

/** secureauth C.4. */
@Controller()
export class PasswordsController {
  constructor(private readonly onBehalf: OnBehalf) {}

  @Serves(endpoints.reset, 'POST', 'path', 'domain')
  async reset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = userNamed(exchange, endpoints.reset);
    const body = bodyOf(request);
    const password = readPassword(body, 'password');
    const reportAccountState = reportsAccountState(exchange.target.segments);
    await this.onBehalf.ask(exchange, resetPassword, { ...who, password, reportAccountState });
    await sendBody(reply, successes.passwordReset);
  }

  @Serves(endpoints.reset, 'POST', 'query')
  resetByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reset(request, reply);
  }

  @Serves(endpoints.change, 'POST', 'path', 'domain')
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const who = userNamed(exchange, endpoints.change);
    const body = bodyOf(request);
    const currentPassword = readPassword(body, 'currentPassword');
    const newPassword = readPassword(body, 'newPassword');
    const reportAccountState = reportsAccountState(exchange.target.segments);
    await this.onBehalf.ask(exchange, changePassword, { ...who, currentPassword, newPassword, reportAccountState });
    await sendBody(reply, successes.passwordChanged);
  }

  @Serves(endpoints.change, 'POST', 'query')
  changeByQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.change(request, reply);
  }
}
