import { Module } from '@nestjs/common';
import { RealmsModule } from '../realms/realms.module.js';
import { ApplicationStore } from './application.store.js';
import { ApplicationKeyStore } from './application-key.store.js';
import { Applications } from './applications.js';
import { CreateApplication } from './create-application.js';
import { DeleteApplication } from './delete-application.js';
import { DisableApplication } from './disable-application.js';
import { EnableApplication } from './enable-application.js';
import { IssueKey } from './issue-key.js';
import { ListApplications } from './list-applications.js';
import { RotateApplicationKey } from './rotate-application-key.js';
import { ShowApplication } from './show-application.js';
import { ShowCredential } from './show-credential.js';

@Module({
  imports: [RealmsModule],
  controllers: [
    CreateApplication,
    RotateApplicationKey,
    DisableApplication,
    EnableApplication,
    DeleteApplication,
    ListApplications,
    ShowApplication,
    ShowCredential,
  ],
  providers: [ApplicationStore, ApplicationKeyStore, IssueKey, Applications],
  exports: [Applications],
})
export class ApplicationsModule {}
