import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialStore, type NewCredential } from './credential.store.js';
import { PasswordEvents, type PasswordSubject } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';
import { ReservationStore } from './reservation.store.js';

/**
 * Writes a password over any earlier one, and forgets failures. If there was none, the user may have been erased since
 * the id was resolved: a reservation makes the sweep ask, so that no password is left behind.
 */
@Injectable()
export class SetPassword {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly reservations: ReservationStore,
    private readonly secrets: PasswordSecrets,
    private readonly events: PasswordEvents,
  ) {}

  /** Hashes now, so that no transaction waits for it. @returns what writes it, with its event */
  async prepare(
    subject: PasswordSubject,
    password: string,
    deadlineAt: number,
  ): Promise<(tx: Transaction) => Promise<void>> {
    const { id, realm } = subject;
    const hash = await this.secrets.make(id, password, deadlineAt);
    return async (tx) => {
      await this.write(tx, realm.realmId, [{ id, hash }]);
      await this.events.set(tx, subject, 'reset');
    };
  }

  /** Also hashes of another system, without an event. */
  async write(tx: Transaction, realmId: string, passwords: readonly NewCredential[]): Promise<void> {
    const ids = await this.credentials.set(tx, realmId, passwords);
    const id = uuidv7(systemClock, systemRandomness);
    if (ids.length > 0) await this.reservations.open(tx, { id, realmId, ids, cause: 'reset' });
  }
}
