import { countUsers, listUsers, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { CountUsers } from './count-users.js';
import { ListUsers } from './list-users.js';

@Controller()
export class UserListHandlers {
  constructor(
    private readonly listUsers: ListUsers,
    private readonly countUsers: CountUsers,
  ) {}

  @Handles(listUsers)
  list(request: RequestOf<typeof listUsers>): Promise<ReplyOf<typeof listUsers>> {
    return this.listUsers.run(request);
  }

  @Handles(countUsers)
  count(request: RequestOf<typeof countUsers>): Promise<ReplyOf<typeof countUsers>> {
    return this.countUsers.run(request);
  }
}
