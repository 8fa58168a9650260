import {
  applicationKeyRotated,
  Problem,
  type ReplyOf,
  type RequestOf,
  rotateApplicationKey,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { ApplicationStore } from './application.store.js';
import { ApplicationKeyStore } from './application-key.store.js';
import { IssueKey } from './issue-key.js';

/** Gives an application a new key. Older keys end with the overlap, by the database's clock; none lives longer. */
@Controller()
export class RotateApplicationKey {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly keys: ApplicationKeyStore,
    private readonly issueKey: IssueKey,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `application.unknown`, `application.disabled` */
  @Handles(rotateApplicationKey)
  async rotate(
    request: RequestOf<typeof rotateApplicationKey>,
    context: Asked,
  ): Promise<ReplyOf<typeof rotateApplicationKey>> {
    const { previousKeyExpiresAt, ...issued } = await this.unitOfWork.once(
      rotateApplicationKey,
      context,
      request,
      async (tx) => {
        const place = await this.applications.lock(tx, request.applicationId);
        if (place === undefined) throw new Problem('application.unknown');
        if (place.isDisabled) throw new Problem('application.disabled');
        const expiresAt = (await this.keys.expireAll(tx, request.applicationId, request.overlapSeconds)).toISOString();
        const key = await this.issueKey.issue(tx, request.applicationId);
        await this.applications.raiseVersions(tx, { applicationId: request.applicationId });
        await this.outbox.record(tx, applicationKeyRotated, {
          ...eventFields(place, context, { kind: 'application', id: request.applicationId }),
          details: { keyVersion: key.keyVersion, previousKeyExpiresAt: expiresAt },
        });
        return { ...key, previousKeyExpiresAt: expiresAt };
      },
    );
    const applicationKey = await this.issueKey.reveal(issued);
    return { applicationId: issued.applicationId, applicationKey, previousKeyExpiresAt };
  }
}
