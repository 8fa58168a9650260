import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { RealmsModule } from '../realms/realms.module.js';
import { EraseUser } from './erase-user.js';
import { ImportUsers } from './import-users.js';
import { RegisterUser } from './register-user.js';
import { UserHandlers } from './user.handlers.js';

@Module({
  imports: [PasswordsModule, RealmsModule],
  controllers: [UserHandlers],
  providers: [RegisterUser, ImportUsers, EraseUser],
})
export class UsersModule {}
