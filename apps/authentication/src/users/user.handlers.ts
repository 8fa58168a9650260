import { eraseUser, importUsers, type RequestOf, registerUser } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { EraseUser } from './erase-user.js';
import { ImportUsers } from './import-users.js';
import { RegisterUser } from './register-user.js';

@Controller()
export class UserHandlers {
  constructor(
    private readonly registerUser: RegisterUser,
    private readonly importUsers: ImportUsers,
    private readonly eraseUser: EraseUser,
  ) {}

  @Handles(registerUser)
  register(request: RequestOf<typeof registerUser>, asked: Asked) {
    return this.registerUser.run(request, asked);
  }

  @Handles(importUsers)
  import(request: RequestOf<typeof importUsers>, asked: Asked) {
    return this.importUsers.run(request, asked);
  }

  @Handles(eraseUser)
  erase(request: RequestOf<typeof eraseUser>, asked: Asked) {
    return this.eraseUser.run(request, asked);
  }
}
