import { Module } from '@nestjs/common';
import { RealmsModule } from '../realms/realms.module.js';
import { ApplicationStore } from './application.store.js';
import { ApplicationKeyStore } from './application-key.store.js';
import { Applications } from './applications.js';
import { CreateApplication } from './create-application.js';
import { DeleteApplication } from './delete-application.js';
import { IssueKey } from './issue-key.js';
import { ListApplications } from './list-applications.js';
import { RotateApplicationKey } from './rotate-application-key.js';
import { ShowApplication } from './show-application.js';
import { ShowCredential } from './show-credential.js';
import { SwitchApplication } from './switch-application.js';

@Module({
  imports: [RealmsModule],
  controllers: [
    CreateApplication,
    RotateApplicationKey,
    SwitchApplication,
    DeleteApplication,
    ListApplications,
    ShowApplication,
    ShowCredential,
  ],
  providers: [ApplicationStore, ApplicationKeyStore, IssueKey, Applications],
  exports: [Applications],
})
export class ApplicationsModule {}
