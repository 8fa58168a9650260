import { EraseUser } from './erase-user.js';
import { ImportUsers } from './import-users.js';
import { RegisterUser } from './register-user.js';
import { UserHandlers } from './user.handlers.js';

export const userHandlers = [UserHandlers];
export const userProviders = [RegisterUser, ImportUsers, EraseUser];
