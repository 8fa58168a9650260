import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { NamesModule } from '../names/names.module.js';
import { UsersModule } from '../users/users.module.js';
import { EnterUsers } from './enter-users.js';
import { FindExistingUsers } from './existing-users.js';
import { ImportStore } from './import.store.js';
import { ImportUserRecords } from './import-user-records.js';
import { SurveyImport } from './survey-import.js';
import { UpdateUsers } from './update-users.js';

@Module({
  imports: [ContactsModule, GroupsModule, NamesModule, UsersModule],
  controllers: [ImportUserRecords],
  providers: [ImportStore, FindExistingUsers, SurveyImport, EnterUsers, UpdateUsers],
})
export class ImportsModule {}
