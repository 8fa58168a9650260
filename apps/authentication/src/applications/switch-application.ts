import {
  applicationDisabled,
  applicationEnabled,
  disableApplication,
  enableApplication,
  Problem,
  type RequestOf,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

type Switching = typeof disableApplication | typeof enableApplication;

/** Disables an application, or enables it again. A switch to the state that it has changes nothing and records no event. */
@Controller()
export class SwitchApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly applications: ApplicationStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Refuses it from the commit on: the next claim, at whichever gateway, finds it disabled.
   * @throws Problem `application.unknown`
   */
  @Handles(disableApplication)
  disable(request: RequestOf<typeof disableApplication>, context: Asked): Promise<ApplicationView> {
    return this.switch(disableApplication, request, context, true);
  }

  /**
   * Accepts it again, with the keys that live. A signature that was claimed before stays claimed.
   * @throws Problem `application.unknown`
   */
  @Handles(enableApplication)
  enable(request: RequestOf<typeof enableApplication>, context: Asked): Promise<ApplicationView> {
    return this.switch(enableApplication, request, context, false);
  }

  private switch(
    operation: Switching,
    request: RequestOf<Switching>,
    context: Asked,
    isDisabled: boolean,
  ): Promise<ApplicationView> {
    const { applicationId } = request;
    return this.unitOfWork.once(operation, context, request, async (tx) => {
      const place = await this.applications.lock(tx, applicationId);
      if (place === undefined) throw new Problem('application.unknown');
      if (place.isDisabled !== isDisabled) {
        await (isDisabled ? this.applications.disable(tx, applicationId) : this.applications.enable(tx, applicationId));
        await this.outbox.record(tx, isDisabled ? applicationDisabled : applicationEnabled, {
          ...eventFields(place, context, { kind: 'application', id: applicationId }),
          details: {},
        });
      }
      const view = await this.applications.findView(tx, applicationId);
      if (view === undefined) throw new Problem('application.unknown');
      return view;
    });
  }
}
