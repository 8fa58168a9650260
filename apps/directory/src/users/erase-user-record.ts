import { eraseUserRecord, Problem, type ReplyOf, type RequestOf, userErased } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { ErasedUserStore } from './erased-user.store.js';

/** Erases a user: the record, contacts, aliases, memberships, and personal values in the events that are kept here. */
@Controller()
export class EraseUserRecord {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: ErasedUserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** Asked again, under whatever key, it answers the same and tells nothing twice. */
  @Handles(eraseUserRecord)
  async erase(request: RequestOf<typeof eraseUserRecord>, asked: Asked): Promise<ReplyOf<typeof eraseUserRecord>> {
    const { id } = request;
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(eraseUserRecord, asked, request, async (tx) => {
      const outcome = await this.users.erase(tx, realm.id, id);
      if (outcome === 'unknown') throw new Problem('user.unknown');
      if (outcome === 'was-erased') return { id };
      const fields = eventFields(eventRealmOf(realm), asked, { kind: 'user', id });
      await this.outbox.erasePersonal(tx, fields.target);
      await this.outbox.record(tx, userErased, { ...fields, details: {} });
      return { id };
    });
  }
}
