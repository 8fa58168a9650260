import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { NamesModule } from '../names/names.module.js';
import { CheckSecret } from './check-secret.js';
import { CountUsers } from './count-users.js';
import { CreateUser } from './create-user.js';
import { EraseUserRecord } from './erase-user-record.js';
import { ErasedUserStore } from './erased-user.store.js';
import { ListUsers } from './list-users.js';
import { MarkUser } from './mark-user.js';
import { ProfileStore } from './profile.store.js';
import { RenameUser } from './rename-user.js';
import { ResolveUser } from './resolve-user.js';
import { SaveUpdates } from './save-updates.js';
import { ShowProfile, ShowUser } from './show-user.js';
import { TakeUniques } from './take-uniques.js';
import { UpdateUser } from './update-user.js';
import { UserStore } from './user.store.js';
import { UserListStore } from './user-list.store.js';
import { UserSecretKeeper } from './user-secret-keeper.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

@Module({
  imports: [NamesModule, ContactsModule],
  controllers: [
    ShowUser,
    ShowProfile,
    ResolveUser,
    CreateUser,
    UpdateUser,
    MarkUser,
    RenameUser,
    EraseUserRecord,
    WithdrawUserIds,
    CheckSecret,
    ListUsers,
    CountUsers,
  ],
  providers: [ProfileStore, UserStore, UserListStore, ErasedUserStore, TakeUniques, SaveUpdates, UserSecretKeeper],
  exports: [UserSecretKeeper, SaveUpdates],
})
export class UsersModule {}
