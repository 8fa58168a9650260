import { Problem, type RequestOf, showApplication } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Database } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

@Controller()
export class ShowApplication {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationStore,
  ) {}

  /** @throws Problem `application.unknown` */
  @Handles(showApplication)
  async show({ applicationId }: RequestOf<typeof showApplication>): Promise<ApplicationView> {
    const view = await this.applications.findView(this.database, applicationId);
    if (view === undefined) throw new Problem('application.unknown');
    return view;
  }
}
