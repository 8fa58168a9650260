import { eraseUserRecord, Problem, type ReplyOf, type RequestOf, userErased } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { about, FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { ErasedUserStore } from './erased-user.store.js';

/** Erases a user: the record, mail addresses, memberships, and personal values in the events that are kept here. */
@Injectable()
export class EraseUserRecord {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: ErasedUserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** Asked again, under whatever key, it answers the same and tells nothing twice. */
  async run(request: RequestOf<typeof eraseUserRecord>, asked: Asked): Promise<ReplyOf<typeof eraseUserRecord>> {
    const { id } = request;
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(eraseUserRecord, asked, request, async (tx) => {
      const outcome = await this.users.erase(tx, realm.id, id);
      if (outcome === 'unknown') throw new Problem('user.unknown');
      if (outcome === 'was-erased') return { id };
      const fields = about(realm, asked, 'user', id);
      await this.outbox.erasePersonal(tx, fields.target);
      await this.outbox.record(tx, userErased, { ...fields, details: {} });
      return { id };
    });
  }
}
