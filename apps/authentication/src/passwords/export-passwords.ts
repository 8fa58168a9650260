import { exportPasswords, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';

/**
 * Hands out hashes of passwords, to move to another system. Asked again it hands out, and records, again: an answer
 * that is kept for a day would be one more place where the hashes lie.
 */
@Controller()
export class ExportPasswords {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
    private readonly events: PasswordEvents,
  ) {}

  /** Nothing is handed out that is not recorded. @throws Problem `realm.unknown`, `key_ring.key_unknown` */
  @Handles(exportPasswords)
  async export(request: RequestOf<typeof exportPasswords>, context: Asked): Promise<ReplyOf<typeof exportPasswords>> {
    const realm = await this.findRealm.find(request.realm);
    const passwords = await this.unitOfWork.run(context, async (tx) => {
      const found = await this.credentials.findSealed(tx, realm.realmId, request.ids);
      const opened = found.map(({ id, sealedPasswordHash }) => ({
        id,
        passwordHash: this.secrets.reveal(id, sealedPasswordHash),
      }));
      await this.events.exported(
        tx,
        opened.map(({ id }) => id),
        realm,
        context,
      );
      return opened;
    });
    return { passwords };
  }
}
