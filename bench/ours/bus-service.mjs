/** P3, ours: `@Handles` on our server, without a database. */
import 'reflect-metadata';
import { showProfile } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { CountersignServer, Handles } from '@countersign/messaging/server';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { constantProfile } from '../load/constant-profile.mjs';

class UsersController {
  async show() {
    return constantProfile;
  }
}
const descriptor = Object.getOwnPropertyDescriptor(UsersController.prototype, 'show');
Handles(showProfile)(UsersController.prototype, 'show', descriptor);
Object.defineProperty(UsersController.prototype, 'show', descriptor);
Controller()(UsersController);

const bus = await Bus.connect({ url: process.env.NATS_URL, name: 'bench-directory', user: 'directory' });
class BusModule {}
Module({ controllers: [UsersController] })(BusModule);
const service = await NestFactory.createMicroservice(BusModule, {
  strategy: new CountersignServer({ bus, service: 'directory' }),
  logger: ['error', 'warn'],
});
await service.listen();
process.stdout.write('ready -\n');
