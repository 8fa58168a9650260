import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents, type PasswordSubject } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';

/** Writes a password over whatever was there; failures count from none again. */
@Injectable()
export class SetPassword {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
    private readonly events: PasswordEvents,
  ) {}

  /** Hashes now, so that no transaction waits for it. @returns what writes it, with its event */
  async prepare(subject: PasswordSubject, password: string): Promise<(tx: Transaction) => Promise<void>> {
    const hash = await this.secrets.make(subject.id, password);
    return async (tx) => {
      await this.credentials.set(tx, subject.id, subject.realm.realmId, hash);
      await this.events.set(tx, subject, 'reset');
    };
  }
}
