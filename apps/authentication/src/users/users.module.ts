import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { RealmsModule } from '../realms/realms.module.js';
import { EraseUser } from './erase-user.js';
import { ImportUsers } from './import-users.js';
import { RegisterUser } from './register-user.js';

@Module({
  imports: [PasswordsModule, RealmsModule],
  controllers: [RegisterUser, ImportUsers, EraseUser],
})
export class UsersModule {}
