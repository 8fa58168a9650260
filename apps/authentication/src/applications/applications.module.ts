import { Module } from '@nestjs/common';
import { RealmsModule } from '../realms/realms.module.js';
import { ApplicationHandlers } from './application.handlers.js';
import { ApplicationStore } from './application.store.js';
import { ApplicationKeyStore } from './application-key.store.js';
import { CreateApplication } from './create-application.js';
import { CredentialHandlers } from './credential.handlers.js';
import { DisableApplication } from './disable-application.js';
import { FindApplications } from './find-applications.js';
import { IssueKey } from './issue-key.js';
import { ListApplications } from './list-applications.js';
import { RaiseVersions } from './raise-versions.js';
import { RotateApplicationKey } from './rotate-application-key.js';
import { ShowApplication } from './show-application.js';
import { ShowCredential } from './show-credential.js';

@Module({
  imports: [RealmsModule],
  controllers: [ApplicationHandlers, CredentialHandlers],
  providers: [
    ApplicationStore,
    ApplicationKeyStore,
    IssueKey,
    RaiseVersions,
    FindApplications,
    CreateApplication,
    RotateApplicationKey,
    DisableApplication,
    ListApplications,
    ShowApplication,
    ShowCredential,
  ],
  exports: [FindApplications, RaiseVersions],
})
export class ApplicationsModule {}
