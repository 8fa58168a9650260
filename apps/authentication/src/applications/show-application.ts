import { Problem, type RequestOf, type showApplication } from '@countersign/contracts';
import { Database } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

@Injectable()
export class ShowApplication {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationStore,
  ) {}

  /** @throws Problem `application.unknown` */
  async run({ applicationId }: RequestOf<typeof showApplication>): Promise<ApplicationView> {
    const view = await this.applications.findView(this.database, applicationId);
    if (view === undefined) throw new Problem('application.unknown');
    return view;
  }
}
