import { Module } from '@nestjs/common';
import { AddMembers } from './add-members.js';
import { CreateGroup } from './create-group.js';
import { DeleteGroup } from './delete-group.js';
import { DeletedGroupStore } from './deleted-group.store.js';
import { EnrolMembers } from './enrol-members.js';
import { FindGroup } from './find-group.js';
import { FindGroups } from './find-groups.js';
import { GroupHandlers } from './group.handlers.js';
import { GroupStore } from './group.store.js';
import { GroupNameStore } from './group-name.store.js';
import { HoldSides } from './hold-sides.js';
import { ListGroups } from './list-groups.js';
import { ListMembers } from './list-members.js';
import { MembershipHandlers } from './membership.handlers.js';
import { MembershipStore } from './membership.store.js';
import { RemoveMembers } from './remove-members.js';
import { RenameGroup } from './rename-group.js';
import { ShowGroup } from './show-group.js';
import { SweepDeletedGroups } from './sweep-deleted-groups.js';

@Module({
  controllers: [GroupHandlers, MembershipHandlers],
  providers: [
    GroupNameStore,
    GroupStore,
    MembershipStore,
    DeletedGroupStore,
    FindGroup,
    HoldSides,
    CreateGroup,
    RenameGroup,
    DeleteGroup,
    ShowGroup,
    ListGroups,
    AddMembers,
    RemoveMembers,
    ListMembers,
    FindGroups,
    EnrolMembers,
    SweepDeletedGroups,
  ],
  exports: [FindGroups, EnrolMembers],
})
export class GroupsModule {}
