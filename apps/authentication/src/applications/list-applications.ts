import { applicationId, listApplications, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { readPage } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import type { ApplicationView } from './application.js';
import { ApplicationStore } from './application.store.js';

/** Applications by id, which is by age; the cursor is the last id. */
@Controller()
export class ListApplications {
  constructor(
    private readonly applications: ApplicationStore,
    private readonly findRealm: FindRealm,
  ) {}

  /** @throws Problem `realm.unknown`; `request.malformed` for a cursor that is none */
  @Handles(listApplications)
  async list({ realm, after, limit }: RequestOf<typeof listApplications>): Promise<ReplyOf<typeof listApplications>> {
    if (after !== undefined && !applicationId.safeParse(after).success) {
      throw new Problem('request.malformed', 'after is not a cursor of this list');
    }
    const realmId = realm === undefined ? undefined : (await this.findRealm.find(realm)).realmId;
    const { rows, fitting } = await readPage(
      limit,
      (last: ApplicationView | undefined, most) => this.applications.page(realmId, last?.applicationId ?? after, most),
      (application) => Buffer.byteLength(JSON.stringify(application)),
    );
    const applications = rows.slice(0, fitting);
    const last = applications.at(-1);
    return { applications, ...(rows.length > fitting && last !== undefined && { next: last.applicationId }) };
  }
}
