import { type RequestOf, registerUser } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import { CredentialStore } from './credential.store.js';
import { PasswordSecrets } from './password-secrets.js';

/** A reserved credential and how far its registration had come when it was asked for again. */
export interface ReservedCredential {
  readonly id: string;
  readonly stage: 'reserved' | 'confirmed' | 'released';
}

/** Keeps the password of a user to be, under an id that nobody has yet; the same request again finds the same id. */
@Injectable()
export class ReserveCredential {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
  ) {}

  async run(
    request: RequestOf<typeof registerUser>,
    { newId, realm }: { readonly newId: string; readonly realm: Realm },
    asked: Asked,
  ): Promise<ReservedCredential> {
    const hash = await this.secrets.make(newId, request.password);
    const { id } = await this.unitOfWork.once(registerUser, asked, request, async (tx) => {
      await this.credentials.reserve(tx, newId, realm.realmId, hash);
      return { id: newId };
    });
    return { id, stage: id === newId ? 'reserved' : await this.credentials.findStage(id) };
  }
}
