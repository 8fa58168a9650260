import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { RealmsModule } from '../realms/realms.module.js';
import { SetRealm } from './set-realm.js';

@Module({
  imports: [ApplicationsModule, RealmsModule],
  controllers: [SetRealm],
})
export class RealmSettingsModule {}
