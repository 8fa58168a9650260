import { applicationDisabled, disableApplication, Problem, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

/** Refuses an application from the commit on: the next claim, at whichever gateway, finds it disabled. */
@Controller()
export class DisableApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Disabling what is disabled changes nothing and tells nothing.
   * @throws Problem `application.unknown`
   */
  @Handles(disableApplication)
  disable(request: RequestOf<typeof disableApplication>, context: Asked): Promise<ApplicationView> {
    return this.unitOfWork.once(disableApplication, context, request, async (tx) => {
      const place = await this.applications.lock(tx, request.applicationId);
      if (place === undefined) throw new Problem('application.unknown');
      if (!place.isDisabled) {
        await this.applications.disable(tx, request.applicationId);
        await this.outbox.record(tx, applicationDisabled, {
          realmId: place.realmId,
          realm: place.realm,
          actor: context.actor,
          via: context.via,
          target: { kind: 'application', id: request.applicationId },
          details: {},
        });
      }
      const view = await this.applications.findView(tx, request.applicationId);
      if (view === undefined) throw new Problem('application.unknown');
      return view;
    });
  }
}
