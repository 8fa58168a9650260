import { CreateUser } from './create-user.js';
import { MarkUser } from './mark-user.js';
import { ProfileHandlers } from './profile.handlers.js';
import { ProfileStore } from './profile.store.js';
import { ResolveUser } from './resolve-user.js';
import { ShowProfile } from './show-profile.js';
import { ShowUser } from './show-user.js';
import { UpdateUser } from './update-user.js';
import { UserHandlers } from './user.handlers.js';
import { UserStore } from './user.store.js';
import { UserEmailStore } from './user-email.store.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

export const userHandlers = Object.freeze([ProfileHandlers, UserHandlers]);
export const userProviders = Object.freeze([
  ProfileStore,
  UserStore,
  UserEmailStore,
  ShowUser,
  ShowProfile,
  ResolveUser,
  CreateUser,
  UpdateUser,
  MarkUser,
  WithdrawUserIds,
]);
