import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { ExportHandlers } from './export.handlers.js';
import { ExportStore } from './export.store.js';
import { ExportSecrets } from './export-secrets.js';
import { ExportUsers } from './export-users.js';

@Module({
  imports: [UsersModule],
  controllers: [ExportHandlers],
  providers: [ExportStore, ExportUsers, ExportSecrets],
})
export class ExportsModule {}
