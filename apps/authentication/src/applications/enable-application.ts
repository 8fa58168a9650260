import { applicationEnabled, enableApplication, Problem, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

/** Accepts a disabled application again, with the keys that live. A signature that was claimed before stays claimed. */
@Controller()
export class EnableApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Enabling what is enabled changes nothing and tells nothing.
   * @throws Problem `application.unknown`
   */
  @Handles(enableApplication)
  enable(request: RequestOf<typeof enableApplication>, context: Asked): Promise<ApplicationView> {
    return this.unitOfWork.once(enableApplication, context, request, async (tx) => {
      const place = await this.applications.lock(tx, request.applicationId);
      if (place === undefined) throw new Problem('application.unknown');
      if (place.isDisabled) {
        await this.applications.enable(tx, request.applicationId);
        await this.outbox.record(tx, applicationEnabled, {
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
