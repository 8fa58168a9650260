import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { ExportStore } from './export.store.js';
import { ExportSecrets } from './export-secrets.js';
import { ExportUsers } from './export-users.js';

@Module({
  imports: [UsersModule],
  controllers: [ExportUsers, ExportSecrets],
  providers: [ExportStore],
})
export class ExportsModule {}
