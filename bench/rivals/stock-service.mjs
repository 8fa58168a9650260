/**
 * Read and update as a newcomer to Nest writes them: `@MessagePattern` over ServerNats, a TypeORM repository, `findOne`;
 * the update in a transaction with its event.
 */
import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { decorateMethod } from './decorate.mjs';
import { user, userEvent } from './stock-user.entity.mjs';

class UsersController {
  constructor(users) {
    this.users = users;
  }

  async find({ userId }) {
    const found = await this.users.findOne({ where: { username: userId } });
    if (found === null) return { status: 'not_found' };
    const { username, firstName, lastName, phone, email } = found;
    return { status: 'found', message: '', userId: username, properties: { firstName, lastName, phone, email } };
  }

  async update({ userId, properties }) {
    return this.users.manager.transaction(async (manager) => {
      const found = await manager.findOne(user, { where: { username: userId } });
      if (found === null) return { status: 'error', message: 'Not_Found' };
      found.auxId = properties.auxId1;
      await manager.save(user, found);
      await manager.insert(userEvent, { type: 'user.updated', userId: found.id, details: { set: ['auxId1'] } });
      return { status: 'success', message: '' };
    });
  }
}
Inject(getRepositoryToken(user))(UsersController, undefined, 0);
decorateMethod(UsersController, 'find', [MessagePattern('users.find')], [Payload()]);
decorateMethod(UsersController, 'update', [MessagePattern('users.update')], [Payload()]);
Controller()(UsersController);

class StockModule {}
const database = { type: 'postgres', url: process.env.DATABASE_URL, entities: [user, userEvent], extra: { max: 8 } };
Module({
  imports: [TypeOrmModule.forRoot(database), TypeOrmModule.forFeature([user, userEvent])],
  controllers: [UsersController],
})(StockModule);

const service = await NestFactory.createMicroservice(StockModule, {
  transport: Transport.NATS,
  options: { servers: [process.env.NATS_URL], queue: 'users' },
  logger: ['error', 'warn'],
});
await service.listen();
process.stdout.write('ready -\n');
