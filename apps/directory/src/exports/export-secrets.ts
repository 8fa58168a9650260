import { type exportSecrets, type ReplyOf, type RequestOf, secretsExported } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { about, FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { pageBytes } from '../paging/page-bytes.js';
import { UserSecretKeeper } from '../users/user-secret-keeper.js';
import { ExportStore } from './export.store.js';

/**
 * Hands out PINs and answers in clear. Every time is told, also when the same is asked again, and no answer is kept for
 * repetitions: that would be one more place where secrets lie.
 */
@Injectable()
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
  async run(request: RequestOf<typeof exportSecrets>, asked: Asked): Promise<ReplyOf<typeof exportSecrets>> {
    const realm = await this.findRealm.find(request.realm);
    const asking = [...new Set(request.ids)];
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.users.findSealed(tx, realm.id, asking, pageBytes);
      const end = rows.find(({ sealedSecrets }) => sealedSecrets === null);
      const secrets = rows.flatMap(({ id, sealedSecrets }) => {
        if (sealedSecrets === null) return [];
        return [
          { id, values: realm.profile === 'compat' ? { ...this.secretKeeper.open(id, sealedSecrets).clear } : {} },
        ];
      });
      const ids = secrets.filter(({ values }) => Object.keys(values).length > 0).map(({ id }) => id);
      if (ids.length > 0) {
        await this.outbox.record(tx, secretsExported, {
          ...about(realm, asked, 'realm', realm.id),
          details: { ids },
        });
      }
      return { secrets, ...(end === undefined ? {} : { remaining: asking.slice(end.place - 1) }) };
    });
  }
}
