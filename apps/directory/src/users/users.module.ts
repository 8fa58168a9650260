import { Module } from '@nestjs/common';
import { CountUsers } from './count-users.js';
import { CreateUser } from './create-user.js';
import { EraseUserRecord } from './erase-user-record.js';
import { ErasedUserStore } from './erased-user.store.js';
import { ExtendUser } from './extend-user.js';
import { FindTakenAddresses } from './find-taken-addresses.js';
import { ListUsers } from './list-users.js';
import { MarkUser } from './mark-user.js';
import { ProfileHandlers } from './profile.handlers.js';
import { ProfileStore } from './profile.store.js';
import { RenameUser } from './rename-user.js';
import { ResolveUser } from './resolve-user.js';
import { SaveUpdates } from './save-updates.js';
import { ShowProfile } from './show-profile.js';
import { ShowUser } from './show-user.js';
import { UpdateUser } from './update-user.js';
import { UserHandlers } from './user.handlers.js';
import { UserStore } from './user.store.js';
import { UserEmailStore } from './user-email.store.js';
import { UserListHandlers } from './user-list.handlers.js';
import { UserListStore } from './user-list.store.js';
import { UserRecordHandlers } from './user-record.handlers.js';
import { UserSecretKeeper } from './user-secret-keeper.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

@Module({
  controllers: [ProfileHandlers, UserHandlers, UserRecordHandlers, UserListHandlers],
  providers: [
    ProfileStore,
    UserStore,
    UserEmailStore,
    UserListStore,
    ErasedUserStore,
    ShowUser,
    ShowProfile,
    ResolveUser,
    CreateUser,
    SaveUpdates,
    UpdateUser,
    MarkUser,
    ExtendUser,
    RenameUser,
    EraseUserRecord,
    ListUsers,
    CountUsers,
    FindTakenAddresses,
    WithdrawUserIds,
    UserSecretKeeper,
  ],
  exports: [FindTakenAddresses, UserSecretKeeper],
})
export class UsersModule {}
