import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { applicationCreated, createApplication, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import { applicationIdOf } from './application.js';
import { ApplicationStore } from './application.store.js';
import { IssueKey } from './issue-key.js';

/** Registers an application and gives out its key, once. */
@Controller()
export class CreateApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly issueKey: IssueKey,
    private readonly outbox: Outbox,
    private readonly findRealm: FindRealm,
  ) {}

  /** @throws Problem `realm.unknown` */
  @Handles(createApplication)
  async create(
    request: RequestOf<typeof createApplication>,
    context: Asked,
  ): Promise<ReplyOf<typeof createApplication>> {
    const { realmId, realm } = await this.findRealm.find(request.realm);
    const permissions = [...new Set(request.permissions)];
    const issued = await this.unitOfWork.once(createApplication, context, request, async (tx) => {
      const applicationId = applicationIdOf(uuidv7(systemClock, systemRandomness));
      await this.applications.insert(tx, { applicationId, realmId, name: request.name, permissions });
      const key = await this.issueKey.issue(tx, applicationId);
      await this.outbox.record(tx, applicationCreated, {
        ...eventFields({ realmId, realm }, context, { kind: 'application', id: applicationId }),
        details: { name: request.name, permissions },
      });
      return key;
    });
    return { applicationId: issued.applicationId, applicationKey: await this.issueKey.reveal(issued) };
  }
}
