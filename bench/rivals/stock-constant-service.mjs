/** P3, the rival's service: `@MessagePattern` over ServerNats, without a database. */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { constantProfile } from '../load/constant-profile.mjs';
import { decorateMethod } from './decorate.mjs';

class UsersController {
  async find() {
    return constantProfile;
  }
}
decorateMethod(UsersController, 'find', [MessagePattern('users.find')]);
Controller()(UsersController);

class StockModule {}
Module({ controllers: [UsersController] })(StockModule);
const service = await NestFactory.createMicroservice(StockModule, {
  transport: Transport.NATS,
  options: { servers: [process.env.NATS_URL], queue: 'users' },
  logger: ['error', 'warn'],
});
await service.listen();
process.stdout.write('ready -\n');
