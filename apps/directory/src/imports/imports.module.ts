import { Module } from '@nestjs/common';
import { GroupsModule } from '../groups/groups.module.js';
import { UsersModule } from '../users/users.module.js';
import { EnterUsers } from './enter-users.js';
import { FindExistingUsers } from './existing-users.js';
import { ImportHandlers } from './import.handlers.js';
import { ImportStore } from './import.store.js';
import { ImportUserRecords } from './import-user-records.js';
import { SurveyImport } from './survey-import.js';

@Module({
  imports: [GroupsModule, UsersModule],
  controllers: [ImportHandlers],
  providers: [ImportStore, FindExistingUsers, SurveyImport, EnterUsers, ImportUserRecords],
})
export class ImportsModule {}
