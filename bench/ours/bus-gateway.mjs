/** P3, ours: the same front as the rivals, asking by our Messenger. */
import 'reflect-metadata';
import { showProfile } from '@countersign/contracts';
import { Bus, Messenger, newAskContext } from '@countersign/messaging';
import { MessagingModule } from '@countersign/messaging/server';
import { Controller, Get, Inject, Module, Param } from '@nestjs/common';
import { decorateMethod } from '../rivals/decorate.mjs';
import { serveSignedNest } from '../rivals/signed-nest.mjs';

class UsersController {
  constructor(messenger) {
    this.messenger = messenger;
  }

  show(realm, userId) {
    return this.messenger.ask(showProfile, { realm, userId }, newAskContext());
  }
}
Inject(Messenger)(UsersController, undefined, 0);
decorateMethod(UsersController, 'show', [Get(':userId')], [Param('realm'), Param('userId')]);
Controller(':realm/api/v1/users')(UsersController);

const bus = await Bus.connect({ url: process.env.NATS_URL, name: 'bench-gateway', user: 'gateway' });
class BusModule {}
Module({ imports: [MessagingModule.forRoot({ bus })], controllers: [UsersController] })(BusModule);
await serveSignedNest(BusModule);
