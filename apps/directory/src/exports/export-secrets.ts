import { exportSecrets, type ReplyOf, type RequestOf, secretsExported } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { pageBytes, UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { fieldsBelow } from '../users/user-fields.js';
import { UserSecretKeeper, type UserSecrets } from '../users/user-secret-keeper.js';
import { ExportStore } from './export.store.js';

/**
 * Hands out PINs and answers in clear. Every call emits an event, repeats too. No answer is kept for repeats: that would
 * be one more place where secrets lie.
 */
@Controller()
export class ExportSecrets {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: ExportStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Of the first ids, as many as fit a message.
   * @throws Problem `key_ring.key_unknown`: then nothing is handed out
   */
  @Handles(exportSecrets)
  async export(request: RequestOf<typeof exportSecrets>, asked: Asked): Promise<ReplyOf<typeof exportSecrets>> {
    const realm = await this.findRealm.find(request.realm);
    const asking = [...new Set(request.ids)];
    return this.unitOfWork.run(asked, async (tx) => {
      const rows = await this.users.findSealed(tx, realm.id, asking, pageBytes);
      const end = rows.find(({ sealedSecrets }) => sealedSecrets === null);
      const secrets = rows.flatMap(({ id, sealedSecrets }) => {
        if (sealedSecrets === null) return [];
        return realm.profile === 'compat' ? handedOut(id, this.secretKeeper.open(id, sealedSecrets).clear) : [];
      });
      const ids = secrets.map(({ id }) => id);
      if (ids.length > 0) {
        await this.outbox.record(tx, secretsExported, {
          ...eventFields(eventRealmOf(realm), asked, { kind: 'realm', id: realm.id }),
          details: { ids },
        });
      }
      return { secrets, ...(end === undefined ? {} : { remaining: asking.slice(end.place - 1) }) };
    });
  }
}

function handedOut(id: string, clear: UserSecrets['clear']): ReplyOf<typeof exportSecrets>['secrets'] {
  if (Object.keys(clear).length === 0) return [];
  const { pin } = clear;
  return [{ id, ...(pin === undefined ? {} : { pin }), answers: { ...fieldsBelow(clear, 'questions.') } }];
}
