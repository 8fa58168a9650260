/** The gateway as a newcomer to Nest writes it: a controller that sends by ClientNats. */
import 'reflect-metadata';
import { Body, Controller, Get, Inject, Module, Param, Put } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { decorateMethod } from './decorate.mjs';
import { serveSignedNest } from './signed-nest.mjs';

const SERVICE = 'USERS_SERVICE';

class UsersController {
  constructor(service) {
    this.service = service;
  }

  show(realm, userId) {
    return firstValueFrom(this.service.send('users.find', { realm, userId }));
  }

  update(realm, userId, { properties }) {
    return firstValueFrom(this.service.send('users.update', { realm, userId, properties }));
  }
}
Inject(SERVICE)(UsersController, undefined, 0);
decorateMethod(UsersController, 'show', [Get(':userId')], [Param('realm'), Param('userId')]);
decorateMethod(UsersController, 'update', [Put(':userId')], [Param('realm'), Param('userId'), Body()]);
Controller(':realm/api/v1/users')(UsersController);

class StockModule {}
const client = { name: SERVICE, transport: Transport.NATS, options: { servers: [process.env.NATS_URL] } };
Module({ imports: [ClientsModule.register([client])], controllers: [UsersController] })(StockModule);

await serveSignedNest(StockModule);
