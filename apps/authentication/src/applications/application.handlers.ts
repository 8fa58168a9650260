import {
  createApplication,
  disableApplication,
  listApplications,
  type RequestOf,
  rotateApplicationKey,
  showApplication,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { CreateApplication } from './create-application.js';
import { DisableApplication } from './disable-application.js';
import { ListApplications } from './list-applications.js';
import { RotateApplicationKey } from './rotate-application-key.js';
import { ShowApplication } from './show-application.js';

@Controller()
export class ApplicationHandlers {
  constructor(
    private readonly createApplication: CreateApplication,
    private readonly rotateApplicationKey: RotateApplicationKey,
    private readonly disableApplication: DisableApplication,
    private readonly listApplications: ListApplications,
    private readonly showApplication: ShowApplication,
  ) {}

  @Handles(createApplication)
  create(request: RequestOf<typeof createApplication>, asked: Asked) {
    return this.createApplication.run(request, asked);
  }

  @Handles(rotateApplicationKey)
  rotate(request: RequestOf<typeof rotateApplicationKey>, asked: Asked) {
    return this.rotateApplicationKey.run(request, asked);
  }

  @Handles(disableApplication)
  disable(request: RequestOf<typeof disableApplication>, asked: Asked) {
    return this.disableApplication.run(request, asked);
  }

  @Handles(listApplications)
  list(request: RequestOf<typeof listApplications>) {
    return this.listApplications.run(request);
  }

  @Handles(showApplication)
  show(request: RequestOf<typeof showApplication>) {
    return this.showApplication.run(request);
  }
}
