import { applicationDeleted, deleteApplication, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { ApplicationStore } from './application.store.js';

/** Ends an application for good: its keys are removed in the same transaction, and every gateway refuses it. */
@Controller()
export class DeleteApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `application.unknown`, also for one that is deleted already */
  @Handles(deleteApplication)
  delete(request: RequestOf<typeof deleteApplication>, context: Asked): Promise<ReplyOf<typeof deleteApplication>> {
    const { applicationId } = request;
    return this.unitOfWork.once(deleteApplication, context, request, async (tx) => {
      const place = await this.applications.lock(tx, applicationId);
      const view = await this.applications.findView(tx, applicationId);
      if (place === undefined || view === undefined) throw new Problem('application.unknown');
      const { realm, name } = view;
      await this.applications.delete(tx, applicationId);
      await this.outbox.record(tx, applicationDeleted, {
        ...eventFields(place, context, { kind: 'application', id: applicationId }),
        details: { name },
      });
      return { applicationId, realm, name };
    });
  }
}
