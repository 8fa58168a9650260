import { Module } from '@nestjs/common';
import { NamesModule } from '../names/names.module.js';
import { ChangeMembers } from './change-members.js';
import { CreateGroup } from './create-group.js';
import { DeleteGroup } from './delete-group.js';
import { DeletedGroupStore } from './deleted-group.store.js';
import { EnrolMembers } from './enrol-members.js';
import { FindGroup } from './find-group.js';
import { GroupStore } from './group.store.js';
import { HoldGroups } from './hold-groups.js';
import { HoldSides } from './hold-sides.js';
import { ListGroups } from './list-groups.js';
import { ListMembers } from './list-members.js';
import { MembershipStore } from './membership.store.js';
import { RenameGroup } from './rename-group.js';
import { ShowGroup } from './show-group.js';
import { SweepDeletedGroups } from './sweep-deleted-groups.js';

@Module({
  imports: [NamesModule],
  controllers: [CreateGroup, RenameGroup, DeleteGroup, ShowGroup, ListGroups, ChangeMembers, ListMembers],
  providers: [
    GroupStore,
    MembershipStore,
    DeletedGroupStore,
    FindGroup,
    HoldSides,
    HoldGroups,
    EnrolMembers,
    SweepDeletedGroups,
  ],
  exports: [HoldGroups, EnrolMembers],
})
export class GroupsModule {}
